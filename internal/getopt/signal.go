package getopt

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Signal reads a signal's number or name, with or without SIG.
func Signal(text string) (syscall.Signal, error) {
	if n, err := strconv.ParseUint(text, 10, 8); err == nil && n >= 1 && n <= 64 {
		return syscall.Signal(n), nil
	}
	name := "SIG" + strings.TrimPrefix(strings.ToUpper(text), "SIG")
	if sig := unix.SignalNum(name); sig != 0 {
		return sig, nil
	}
	const least, most = 34, 64 // SIGRTMIN and SIGRTMAX as the C library has them
	for _, r := range [...]struct {
		prefix string
		from   int
		by     int
	}{{"SIGRTMIN", least, 1}, {"SIGRTMAX", most, -1}} {
		rest, ok := strings.CutPrefix(name, r.prefix)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimLeft(rest, "+-"), 10, 8)
		if number := r.from + r.by*int(n); (rest == "" || err == nil) && number >= least && number <= most {
			return syscall.Signal(number), nil
		}
	}
	return 0, fmt.Errorf("unknown signal %q", text)
}
