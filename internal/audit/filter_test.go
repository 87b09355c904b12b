package audit

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
)

// readable skips where filters cannot be read.
func readable(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 || !caps.Held().Has(unix.CAP_SYS_ADMIN) || ownFilter() {
		t.Skip("to read filters takes root with CAP_SYS_ADMIN, and no filter of one's own")
	}
	r, err := Look(helped(t, "", "open,echo").pid, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Unknown {
		if f.Evidence == errNoGetFilter.Error() {
			t.Skip(f.Evidence)
		}
	}
}

// field is a line of a process's status.
func field(t *testing.T, pid int, name string) string {
	t.Helper()
	text, err := os.ReadFile("/proc/" + itoa(pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("no %s", name)
	return ""
}

// TestRunsOn: a process whose filters were read runs on, untraced, and gets
// every signal that came meanwhile.
func TestRunsOn(t *testing.T) {
	readable(t)
	p := helped(t, "", "open,echo")
	for range 40 {
		done := make(chan error)
		go func() {
			r, err := Look(p.pid, Options{})
			if err == nil && len(r.Unknown) > 0 {
				t.Errorf("unknown: %+v", r.Unknown)
			}
			done <- err
		}()
		time.Sleep(time.Millisecond)
		unix.Kill(p.pid, unix.SIGUSR1)
		if line, err := p.lines.ReadString('\n'); line != "signal\n" {
			t.Fatal(line, err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if tracer, state := field(t, p.pid, "TracerPid"), field(t, p.pid, "State"); tracer != "0" || strings.HasPrefix(strings.ToLower(state), "t") {
		t.Errorf("traced by %s, %s", tracer, state)
	}
}

// TestStaysStopped: one that was stopped stays so, and can go on.
func TestStaysStopped(t *testing.T) {
	readable(t)
	p := helped(t, "", "open,echo")
	unix.Kill(p.pid, unix.SIGSTOP)
	for !strings.HasPrefix(field(t, p.pid, "State"), "T") {
		time.Sleep(time.Millisecond)
	}
	r, err := Look(p.pid, Options{})
	if err != nil || len(r.Unknown) > 0 {
		t.Errorf("%v: %+v", err, r.Unknown)
	}
	time.Sleep(20 * time.Millisecond)
	if state := field(t, p.pid, "State"); !strings.HasPrefix(state, "T (stopped)") {
		t.Error(state)
	}
	unix.Kill(p.pid, unix.SIGCONT)
	unix.Kill(p.pid, unix.SIGUSR1)
	if line, err := p.lines.ReadString('\n'); line != "signal\n" {
		t.Error(line, err)
	}
}

// TestCannotStop: one that does not stop in time is let go.
func TestCannotStop(t *testing.T) {
	readable(t)
	p := helped(t, "", "open,vfork")
	for range 200 {
		if strings.HasPrefix(field(t, p.first, "State"), "D") {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	begin := time.Now()
	r, err := Look(p.first, Options{})
	if err != nil || len(r.Unknown) != 8 || !strings.Contains(r.Unknown[0].Evidence, "did not stop") || time.Since(begin) > 5*time.Second {
		t.Errorf("%v after %v: %+v", err, time.Since(begin), r)
	}
	untraced(t, p.first)
}

// untraced waits until nobody traces a process: a thread ends a little later
// than its function.
func untraced(t *testing.T, pid int) {
	t.Helper()
	for range 200 {
		if field(t, pid, "TracerPid") == "0" {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("still traced by %s", field(t, pid, "TracerPid"))
}

// TestNoStop leaves the filters unread.
func TestNoStop(t *testing.T) {
	r, err := Look(helped(t, "", "shut").pid, Options{NoStop: true})
	if err != nil {
		t.Fatal(err)
	}
	unknown := 0
	for _, f := range r.Unknown {
		if strings.HasPrefix(f.ID, "calls-") || f.ID == "new-userns" {
			unknown++
		}
	}
	if unknown != 8 || r.Judged >= 1 {
		t.Errorf("%v of the rules, unknown: %+v", r.Judged, r.Unknown)
	}
}

// TestTraced: one that is traced already is left to its tracer, which is a
// weakness itself.
func TestTraced(t *testing.T) {
	p := helped(t, "", "open")
	refused := unix.Errno(0)
	onThread(func() {
		if refused = ptrace(unix.PTRACE_SEIZE, p.pid, 0, nil); refused != 0 {
			return
		}
		r, err := Look(p.pid, Options{})
		if err != nil {
			t.Error(err)
			return
		}
		found := false
		for _, f := range r.Findings {
			found = found || f.ID == "trace"
		}
		if !found || len(r.Unknown) < 8 {
			t.Errorf("%+v", r)
		}
	})
	if refused != 0 {
		t.Skip("this user may not trace a child: ", refused)
	}
	untraced(t, p.pid)
}

// TestStrictest: of several filters the strictest holds, and what a supervisor
// is asked about is not allowed.
func TestStrictest(t *testing.T) {
	ret := func(k uint32) []unix.SockFilter { return []unix.SockFilter{{Code: unix.BPF_RET, K: k}} }
	for _, c := range []struct {
		returns []uint32
		allowed bool
	}{
		{[]uint32{unix.SECCOMP_RET_ALLOW}, true},
		{[]uint32{unix.SECCOMP_RET_LOG, unix.SECCOMP_RET_ALLOW}, true},
		{[]uint32{unix.SECCOMP_RET_ALLOW, unix.SECCOMP_RET_ERRNO | 38}, false},
		{[]uint32{unix.SECCOMP_RET_USER_NOTIF}, false},
		{[]uint32{unix.SECCOMP_RET_KILL_THREAD, unix.SECCOMP_RET_ALLOW}, false},
	} {
		var programs [][]unix.SockFilter
		for _, k := range c.returns {
			programs = append(programs, ret(k))
		}
		if allowed(programs, &call{}) != c.allowed {
			t.Errorf("%x", c.returns)
		}
	}
}
