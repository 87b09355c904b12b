package sandbox_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/program"
	"isle/ns"
	"isle/sandbox"
)

func init() { roles["fault in place"] = faultInPlace }

// brokenVariable is the number of the instruction that fails.
const brokenVariable = "ISLE_TEST_BROKEN"

// inPlace is a plan that is carried out in the process itself, with all that
// isle unshare does so. Root's maps are written by a helper process.
func inPlace() *plan.Plan {
	id, offset := uint32(0), int64(100)
	maps := &plan.IDMap{UID: "0 " + strconv.Itoa(os.Geteuid()) + " 1\n", GID: "0 " + strconv.Itoa(os.Getegid()) + " 1\n", Setgroups: "deny"}
	if os.Geteuid() == 0 {
		maps = &plan.IDMap{UID: "0 0 1000\n", GID: "0 0 1000\n", UIDBy: plan.ByParent, GIDBy: plan.ByParent}
	}
	p := &plan.Plan{InPlace: true}
	p.Add(
		&plan.Create{Kinds: ns.SetOf(ns.User, ns.Mount, ns.Net, ns.IPC, ns.UTS, ns.Cgroup, ns.Time), InPlace: true},
		maps,
		&plan.TimeOffsets{Monotonic: &offset, Boottime: &offset},
		&plan.Propagation{Mode: "private", Target: "/"},
		&plan.Hostname{Host: "isle", Domain: "example"},
		&plan.Loopback{},
		&plan.Identity{UID: &id, GID: &id, DropGroups: maps.Setgroups == ""},
		&plan.KeepCaps{},
		&plan.NoNewPrivs{},
		&plan.Handover{},
		&plan.Exec{Program: "true", Path: []string{"/nowhere", "/bin"}, Args: []string{"true"}},
	)
	return p
}

func faultInPlace() error {
	n, err := strconv.Atoi(os.Getenv(brokenVariable))
	if err != nil {
		return err
	}
	os.Unsetenv(roleVariable)
	p := inPlace()
	p.Tamper = func(b *program.Builder) {
		if n >= 0 {
			b.Break(n, int(odd))
		}
	}
	return sandbox.Planned(p).Exec()
}

// TestEveryFaultInPlace makes each instruction of a plan fail that replaces
// the process: it tells of the step and leaves no process behind.
func TestEveryFaultInPlace(t *testing.T) {
	needUserNamespaces(t)
	adopt(t)
	p := inPlace()
	l := p.LowerInPlace("PID", [2]int{-1, -1}, plan.Relay{})
	path := again(t, "fault in place").Path
	if out, status := breakInPlace(t, path, -1); status != 0 {
		t.Skipf("the plan cannot be carried out here: %s", out)
	}
	failed := 0
	for n := range l.Len() {
		if l.Instr(n).Nr == unix.SYS_EXIT_GROUP {
			continue // cannot fail
		}
		out, status := breakInPlace(t, path, n)
		if status == 0 {
			continue // forgiven, or of what is done on a failure only
		}
		failed++
		if !tells(p, l.Instr(n), out) {
			t.Errorf("%d %s: status %d, %q", n, l.Line(n), status, out)
		}
	}
	t.Logf("%d of %d faults made the plan fail", failed, l.Len())
	if failed < l.Len()/4 {
		t.Errorf("only %d of %d faults made the plan fail", failed, l.Len())
	}
}

// tells says whether the message is of the instruction's failure. A helper that
// ends before it was asked for anything is missed by the step that asks.
func tells(p *plan.Plan, i *program.Instr, out string) bool {
	doing, asks := i.Doing, p.Steps[1].Words()
	if doing == "" {
		doing = p.Steps[i.Step].Words()
	}
	doing, _, _ = strings.Cut(doing, "PID") // which is another each time
	text := ": " + sandbox.ErrnoText(odd)
	return strings.Contains(out, doing) && strings.Contains(out, text) ||
		strings.Contains(out, asks+": "+sandbox.ErrnoText(unix.EPIPE)) || strings.Contains(out, asks+": "+sandbox.ErrnoText(unix.ECONNRESET))
}

func breakInPlace(t *testing.T, path string, n int) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = append(os.Environ(), roleVariable+"=fault in place", brokenVariable+"="+strconv.Itoa(n))
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	cmd.Run()
	orphansEnd(t, n)
	return out.String(), cmd.ProcessState.ExitCode()
}

// orphansEnd waits for what the process left, which was to end by itself.
func orphansEnd(t *testing.T, n int) {
	t.Helper()
	for range 300 {
		switch pid, err := unix.Wait4(-1, nil, unix.WNOHANG|unix.WALL, nil); {
		case err == unix.ECHILD:
			return
		case pid == 0:
			time.Sleep(5 * time.Millisecond)
		}
	}
	t.Errorf("instruction %d: a process is left: %s", n, children(t))
}
