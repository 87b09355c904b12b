package spawn

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// child is a builder whose failures are reported over c.
func child(c *Control) (b *program.Builder, finish func()) {
	b = &program.Builder{}
	fail, quit := b.Label("fail"), b.Label("quit")
	b.FailTo(fail)
	return b, func() { Report(b, c, fail, quit) }
}

func TestExit(t *testing.T) {
	for _, c := range []struct {
		name  string
		flags uint64
		copy  bool
	}{{"shared", 0, false}, {"copied", 0, true}, {"namespaces", unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWNS, false}} {
		t.Run(c.name, func(t *testing.T) {
			control, err := NewControl()
			if err != nil {
				t.Fatal(err)
			}
			b, finish := child(control)
			b.Call(unix.SYS_EXECVE, b.Str("/bin/sh"), b.Strv([]string{"sh", "-c", "exit 7"}), b.Strv(os.Environ()))
			finish()
			p, err := Start(Spec{Program: b, Control: control, Flags: c.flags, Copy: c.copy})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Release()
			status, err := p.Wait(false)
			if err != nil || status.ExitStatus() != 7 {
				t.Errorf("status %v, error %v", status, err)
			}
		})
	}
}

func TestFailure(t *testing.T) {
	control, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	b, finish := child(control)
	b.Call(unix.SYS_GETPID)
	b.Call(unix.SYS_CHDIR, b.Str("/nowhere"))
	finish()
	_, err = Start(Spec{Program: b, Control: control})
	f, ok := err.(*Failure)
	if !ok || f.Errno != unix.ENOENT || f.Instr.String() != `chdir("/nowhere")` {
		t.Errorf("got %v", err)
	}
}

func TestInPlace(t *testing.T) {
	if os.Getenv("SPAWN_TEST_INPLACE") != "" {
		b := &program.Builder{}
		fail := b.Label("fail")
		b.FailTo(fail)
		b.Call(unix.SYS_UNSHARE, program.Imm(unix.CLONE_NEWUSER|unix.CLONE_NEWNET))
		b.Call(unix.SYS_EXECVE, b.Str("/bin/sh"), b.Strv([]string{"sh", "-c", "echo $$; ls /sys/class/net; ip -o link 2>/dev/null|wc -l; exit 5"}), b.Strv(os.Environ()))
		b.Mark(fail)
		b.Exit(program.Imm(9))
		t.Fatal(InPlace(b, os.Args, os.Environ()))
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, w, _ := os.Pipe()
	p, err := os.StartProcess(exe, []string{exe, "-test.run=TestInPlace"}, &os.ProcAttr{Env: append(os.Environ(), "SPAWN_TEST_INPLACE=1"), Files: []*os.File{nil, w, os.Stderr}})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	s, _ := p.Wait()
	buf := make([]byte, 999)
	n, _ := r.Read(buf)
	t.Logf("%d %s %v", p.Pid, buf[:n], s)
}
