package run_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func probeStatus(args []string) error {
	text, err := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		if slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(line, a+":") }) {
			fmt.Println(strings.Join(strings.Fields(line), " "))
		}
	}
	return err
}

// probeMount prints the type and the options of the uppermost mount on a path.
func probeMount(args []string) error {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	defer f.Close()
	found := "none"
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if rest := fields[slices.Index(fields, "-")+1:]; fields[4] == args[0] {
			found = rest[0] + " " + fields[5] + " " + rest[2]
		}
	}
	fmt.Println(args[0], found)
	return nil
}

func probeFDs([]string) error {
	for fd := range 200 {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			fmt.Print(fd, " ")
		}
	}
	fmt.Println("open")
	return nil
}

func probeExec(args []string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout
	return cmd.Run()
}

func flood(n int) error {
	block := make([]byte, 64<<10)
	for ; n > 0; n -= len(block) {
		if _, err := os.Stdout.Write(block[:min(n, len(block))]); err != nil {
			return err
		}
	}
	return nil
}

// probeTrap waits for a signal and exits with 50 and its number.
func probeTrap([]string) error {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, unix.SIGTERM, unix.SIGINT, unix.SIGHUP, unix.SIGUSR1)
	fmt.Println("up")
	os.Exit(50 + int((<-ch).(syscall.Signal)))
	return nil
}

// probeOrphan leaves a process behind that has lost its parent, and says what
// state it is in after its end: gone, if somebody waited for it.
func probeOrphan([]string) error {
	out, err := exec.Command("/bin/probe", "background").Output()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	pid := strings.TrimSpace(string(out))
	for range 100 {
		text, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			fmt.Println("reaped")
			return nil
		}
		if strings.Contains(string(text), ") Z ") {
			time.Sleep(50 * time.Millisecond)
			if _, err := os.Stat("/proc/" + pid); err == nil {
				fmt.Println("zombie")
				return nil
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("process %s does not end", pid)
}

func probeLimit(args []string) error {
	var r unix.Rlimit
	err := unix.Getrlimit(atoi(args[0]), &r)
	fmt.Println("limit", r.Cur, r.Max)
	return err
}

func probeClocks([]string) error {
	for _, clock := range []int32{unix.CLOCK_MONOTONIC, unix.CLOCK_BOOTTIME} {
		var ts unix.Timespec
		if err := unix.ClockGettime(clock, &ts); err != nil {
			return err
		}
		fmt.Print(ts.Sec, " ")
	}
	fmt.Println()
	return nil
}

func probeProcesses([]string) error {
	entries, err := os.ReadDir("/proc")
	n := 0
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err == nil {
			n++
		}
	}
	fmt.Println("pid", os.Getpid(), "of", n)
	return err
}
