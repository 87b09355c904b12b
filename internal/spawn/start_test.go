package spawn

import (
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// userNamespace skips where this user may not make one.
func userNamespace(t *testing.T) {
	t.Helper()
	p, err := begin(Spec{Flags: unix.CLONE_NEWUSER}, func(b *program.Builder, _ *Control) { shell(b, ":") })
	if err != nil {
		t.Skipf("no user namespace for this user: %v", err)
	}
	p.Wait(false)
	p.Release()
}

// TestNoWayBack: a process that left its program would go on with what called
// Start: with all tests that follow, over and over.
func TestNoWayBack(t *testing.T) {
	leavesNothing(t)
	for _, copied := range []bool{false, true} {
		p, err := begin(Spec{Copy: copied}, func(b *program.Builder, _ *Control) { b.End() })
		if p != nil || err != errReturns {
			t.Errorf("%+v, error %v", p, err)
		}
	}
}

func TestStart(t *testing.T) {
	for _, c := range []struct {
		name  string
		flags uint64
		copy  bool
	}{{"shared", 0, false}, {"copied", 0, true},
		{"namespaces", unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWNS, false},
		{"namespaces copied", unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWUTS, true}} {
		t.Run(c.name, func(t *testing.T) {
			if c.flags != 0 {
				userNamespace(t)
			}
			leavesNothing(t)
			p, err := begin(Spec{Flags: c.flags, Copy: c.copy}, func(b *program.Builder, _ *Control) { shell(b, "exit 7") })
			if err != nil {
				t.Fatal(err)
			}
			defer p.Release()
			if status, err := p.Wait(false); err != nil || status.ExitStatus() != 7 {
				t.Errorf("status %v, error %v", status, err)
			}
		})
	}
}

func TestFailure(t *testing.T) {
	for _, copied := range []bool{false, true} {
		leavesNothing(t)
		_, err := begin(Spec{Copy: copied}, func(b *program.Builder, _ *Control) {
			b.Call(unix.SYS_GETPID)
			b.Call(unix.SYS_CHDIR, b.Str("/nowhere"))
		})
		f, ok := err.(*Failure)
		if !ok || f.Errno != unix.ENOENT || f.Instr.String() != `chdir("/nowhere")` || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	}
}

func TestCloneError(t *testing.T) {
	leavesNothing(t)
	_, err := begin(Spec{Flags: unix.CLONE_THREAD}, func(b *program.Builder, _ *Control) { shell(b, ":") })
	var e *CloneError
	if !errors.As(err, &e) || e.Errno != unix.EINVAL || e.Flags != unix.CLONE_THREAD {
		t.Errorf("got %v", err)
	}
}

func TestBadProgram(t *testing.T) {
	leavesNothing(t)
	if _, err := begin(Spec{}, func(b *program.Builder, _ *Control) { b.Jump(b.Label("nowhere")) }); err == nil {
		t.Error("it was started")
	}
}

// A process that dies before its exec is one that was executed and killed.
func TestKilledBeforeExec(t *testing.T) {
	leavesNothing(t)
	p, err := begin(Spec{}, func(b *program.Builder, _ *Control) {
		me := b.Call(unix.SYS_GETPID)
		b.Call(unix.SYS_KILL, me.Result(), program.Imm(int(unix.SIGKILL)))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Release()
	if status, err := p.Wait(false); err != nil || status.Signal() != unix.SIGKILL {
		t.Errorf("status %#x, error %v", status, err)
	}
}

func TestSignal(t *testing.T) {
	leavesNothing(t)
	p, err := begin(Spec{}, func(b *program.Builder, _ *Control) {
		unblock(b)
		shell(b, "kill -STOP $$; exec sleep 100")
	})
	if err != nil {
		t.Fatal(err)
	}
	if status, err := p.Wait(true); err != nil || !status.Stopped() || status.StopSignal() != unix.SIGSTOP {
		t.Errorf("status %#x, error %v", status, err)
	}
	for _, sig := range []unix.Signal{unix.SIGCONT, unix.SIGTERM} {
		if err := p.Signal(sig); err != nil {
			t.Error(err)
		}
	}
	if status, err := p.Wait(false); err != nil || status.Signal() != unix.SIGTERM {
		t.Errorf("status %#x, error %v", status, err)
	}
	if err := p.Signal(unix.SIGTERM); err != os.ErrProcessDone {
		t.Errorf("a signal after the end: %v", err)
	}
	p.Release()
	p.Release()
	if err := p.Signal(unix.SIGTERM); err != os.ErrProcessDone {
		t.Errorf("a signal after Release: %v", err)
	}
	if _, err := p.Wait(false); !errors.Is(err, unix.ECHILD) {
		t.Errorf("a second wait: %v", err)
	}
}

// Starts from many goroutines at once, with the garbage collector as busy as
// it can be, must neither mix up nor lose a process.
func TestStress(t *testing.T) {
	leavesNothing(t)
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	stop, garbage := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(garbage)
		for keep := [][]byte(nil); ; keep = append(keep, make([]byte, 1<<14)) {
			select {
			case <-stop:
				return
			default:
				if len(keep) > 200 {
					keep = nil
					runtime.Gosched()
				}
			}
		}
	}()
	var wg sync.WaitGroup
	var turn atomic.Int32
	for range 16 {
		wg.Go(func() {
			for n := int(turn.Add(1)); n <= 500; n = int(turn.Add(1)) {
				stressOne(t, n)
			}
		})
	}
	wg.Wait()
	close(stop)
	<-garbage
}

func stressOne(t *testing.T, n int) {
	p, err := begin(Spec{Copy: n%7 == 0}, func(b *program.Builder, _ *Control) {
		for range n % 50 {
			b.Call(unix.SYS_GETPID)
		}
		if n%5 == 0 {
			b.Fail(1 + n).Called("number")
		}
		b.Call(unix.SYS_EXECVE, b.Str("/bin/true"), b.Strv([]string{"true"}), b.Strv(nil))
	})
	if n%5 == 0 {
		if f, ok := err.(*Failure); !ok || int(f.Errno) != 1+n {
			t.Errorf("start %d: %v", n, err)
		}
		return
	}
	if err != nil {
		t.Errorf("start %d: %v", n, err)
		return
	}
	defer p.Release()
	if status, err := p.Wait(false); err != nil || status != 0 {
		t.Errorf("start %d: status %#x, error %v", n, status, err)
	}
}
