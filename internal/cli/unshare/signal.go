package unshare

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// The real-time signals that glibc leaves to programs (signal(7)).
const (
	rtMin = 34
	rtMax = 64
)

// parseSignal returns the signal of that name, with or without SIG, in capital
// or small letters. RTMIN+n and RTMAX-n are names too; a number is not.
func parseSignal(s string) (syscall.Signal, error) {
	name := strings.TrimPrefix(strings.ToUpper(s), "SIG")
	sig := unix.SignalNum("SIG" + name)
	switch name {
	case "CLD":
		sig = unix.SIGCHLD
	case "IOT":
		sig = unix.SIGABRT
	case "POLL":
		sig = unix.SIGIO
	}
	if sig == 0 {
		sig = realTime(name)
	}
	if sig == 0 {
		return 0, fmt.Errorf("unknown signal: %s", s)
	}
	return sig, nil
}

// realTime returns the signal that RTMIN+n or RTMAX-n stands for, or 0.
func realTime(name string) syscall.Signal {
	up, isMin := strings.CutPrefix(name, "RTMIN+")
	down, isMax := strings.CutPrefix(name, "RTMAX-")
	if n, err := strconv.ParseUint(up, 10, 8); isMin && err == nil && n <= rtMax-rtMin {
		return syscall.Signal(rtMin + n)
	}
	if n, err := strconv.ParseUint(down, 10, 8); isMax && err == nil && n <= rtMax-rtMin {
		return syscall.Signal(rtMax - n)
	}
	return 0
}
