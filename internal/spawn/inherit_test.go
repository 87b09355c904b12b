package spawn

import (
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn/nofile"
)

// What a child's program inherits: signals, descriptors, limits.

func init() {
	roles["status"] = roleStatus
	roles["limit"] = roleLimit
}

// unblock appends the instruction that empties the signal mask.
func unblock(b *program.Builder) {
	b.Call(unix.SYS_RT_SIGPROCMASK, program.Imm(unix.SIG_SETMASK), b.Cell(8, "none").Addr(0), program.Null(), program.Imm(8))
}

func TestSignalsOfChild(t *testing.T) {
	leavesNothing(t)
	handled := make(chan os.Signal, 1)
	signal.Notify(handled, unix.SIGUSR2)
	defer signal.Stop(handled)
	signal.Ignore(unix.SIGUSR1)
	defer signal.Reset(unix.SIGUSR1)

	own, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	status, err := output(Spec{}, "exec cat /proc/self/status", unblock)
	if err != nil {
		t.Fatal(err)
	}
	const none = "0000000000000000"
	if blk, cgt := field(t, status, "SigBlk"), field(t, status, "SigCgt"); blk != none || cgt != none {
		t.Errorf("blocked %s, caught %s", blk, cgt)
	}
	ign := field(t, status, "SigIgn")
	if ign != field(t, string(own), "SigIgn") || !ignored(t, ign, unix.SIGUSR1) || ignored(t, ign, unix.SIGUSR2) {
		t.Errorf("ignored %s, by the parent %s", ign, field(t, string(own), "SigIgn"))
	}
}

func ignored(t *testing.T, mask string, sig unix.Signal) bool {
	m, err := strconv.ParseUint(mask, 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return m>>(sig-1)&1 != 0
}

func roleStatus() error {
	out, err := output(Spec{}, "exec cat /proc/self/status", unblock)
	fmt.Print(out)
	return err
}

// A signal that nohup had this process ignore is ignored in the child too.
func TestNohup(t *testing.T) {
	for command, want := range map[string]bool{"trap '' HUP;": true, "trap - HUP;": false} {
		if got := ignored(t, field(t, inRole(t, "status", command), "SigIgn"), unix.SIGHUP); got != want {
			t.Errorf("after %q the child ignores SIGHUP: %t", command, got)
		}
	}
}

func TestDescriptorsOfChild(t *testing.T) {
	leavesNothing(t)
	out, err := output(Spec{}, "for f in /proc/$$/fd/*; do [ ! -h $f ] || echo ${f##*/}; done", nil)
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"0", "1", "2"}
	for fd := range descriptors(t) {
		n, err := strconv.Atoi(fd)
		if err != nil {
			t.Fatal(err)
		}
		if flags, err := unix.FcntlInt(uintptr(n), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			allowed = append(allowed, fd) // of whoever started the test
		}
	}
	for _, fd := range strings.Fields(out) {
		if !slices.Contains(allowed, fd) {
			t.Errorf("descriptor %s in the child", fd)
		}
	}
	if !strings.Contains(out, "1\n") {
		t.Errorf("descriptors %q", out)
	}
}

// roleLimit tells the soft limit that this process found, whether Go raised
// it, and the limits of its child's program.
func roleLimit() error {
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &now); err != nil {
		return err
	}
	out, err := output(Spec{}, "echo $(ulimit -S -n) $(ulimit -H -n)", RestoreLimit)
	fmt.Printf("%d %t %s", nofile.Limit[0], now.Cur > nofile.Limit[0], out)
	return err
}

func TestLimitIsRestored(t *testing.T) {
	for _, c := range [][2]string{{"ulimit -S -n 123; ulimit -H -n 500;", "123 true 123 500\n"}, {"ulimit -n 200;", "200 false 200 200\n"}} {
		if got := inRole(t, "limit", c[0]); got != c[1] {
			t.Errorf("%s %q, want %q", c[0], got, c[1])
		}
	}
}
