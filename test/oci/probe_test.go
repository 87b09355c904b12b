package oci_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// probe tells of its process what no file of /proc and no applet does, as lines
// that tests compare.
func probe(args []string) int {
	if len(args) == 0 {
		return 2
	}
	kinds := []struct {
		name string
		tell func(args []string)
	}{
		{"scheduler", tellScheduler}, {"ioprio", tellIOPriority}, {"personality", tellPersonality}, {"mempolicy", tellMemoryPolicy},
		{"keyring", tellKeyring}, {"call", tellCall}, {"clocks", tellClocks}, {"affinity", tellAffinity}, {"umask", tellUmask}, {"sleep", sleep},
	}
	for _, k := range kinds {
		if k.name == args[0] {
			k.tell(args[1:])
			return 0
		}
	}
	fmt.Println("probe: unknown word", args[0])
	return 2
}

// tellScheduler prints policy, flags, nice value and priority, and the three
// times of a deadline.
func tellScheduler([]string) {
	var attr [48]byte
	_, _, errno := unix.Syscall6(unix.SYS_SCHED_GETATTR, 0, uintptr(unsafe.Pointer(&attr)), 48, 0, 0, 0)
	word := binary.LittleEndian
	fmt.Println(word.Uint32(attr[4:]), word.Uint64(attr[8:]), int32(word.Uint32(attr[16:])), word.Uint32(attr[20:]),
		word.Uint64(attr[24:]), word.Uint64(attr[32:]), word.Uint64(attr[40:]), int(errno))
}

// tellIOPriority prints class and priority.
func tellIOPriority([]string) {
	const whoProcess = 1
	n, _, errno := unix.Syscall(unix.SYS_IOPRIO_GET, whoProcess, 0, 0)
	fmt.Println(n>>13, n&0x1fff, int(errno))
}

func tellPersonality([]string) {
	n, _, errno := unix.Syscall(unix.SYS_PERSONALITY, 0xffffffff, 0, 0)
	fmt.Println(n, int(errno))
}

// tellMemoryPolicy prints the mode with its flags, and the nodes as a mask.
func tellMemoryPolicy([]string) {
	var mode int32
	var mask [128]uint64
	_, _, errno := unix.Syscall6(unix.SYS_GET_MEMPOLICY, uintptr(unsafe.Pointer(&mode)), uintptr(unsafe.Pointer(&mask)), 64*128, 0, 0, 0)
	fmt.Println(mode&0x1fff, mode>>13, mask[0], int(errno))
}

// tellKeyring prints the session keyring's description.
func tellKeyring([]string) {
	text, err := unix.KeyctlString(unix.KEYCTL_DESCRIBE, unix.KEY_SPEC_SESSION_KEYRING)
	fmt.Println(text, err)
}

// tellCall does a system call and prints its result and error number.
func tellCall(args []string) {
	var words [7]uintptr
	for i, a := range args {
		n, err := strconv.ParseUint(a, 0, 64)
		if err != nil {
			fmt.Println(err)
			return
		}
		words[i] = uintptr(n)
	}
	n, _, errno := unix.Syscall6(words[0], words[1], words[2], words[3], words[4], words[5], words[6])
	fmt.Println(int(n), int(errno))
}

// tellClocks prints the monotonic and boot time in nanoseconds.
func tellClocks([]string) {
	for _, clock := range []int32{unix.CLOCK_MONOTONIC, unix.CLOCK_BOOTTIME} {
		var ts unix.Timespec
		unix.ClockGettime(clock, &ts)
		fmt.Println(ts.Nano())
	}
}

func tellAffinity([]string) {
	var set unix.CPUSet
	err := unix.SchedGetaffinity(0, &set)
	for i := range 1024 {
		if set.IsSet(i) {
			fmt.Print(i, " ")
		}
	}
	fmt.Println(err)
}

func tellUmask([]string) { fmt.Printf("%04o\n", unix.Umask(0)) }

func sleep(args []string) {
	fmt.Println("ready")
	os.Stdout.Sync()
	time.Sleep(time.Hour)
}
