package sandbox_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/feature"
	"isle/internal/plan"
	"isle/ns"
	"isle/sandbox"
)

// full is a program isolated in every way there is, as isle run does it.
func full(t *testing.T) *sandbox.Cmd {
	t.Helper()
	offset, none := int64(100), []string{}
	c := sandbox.Command("/bin/true")
	c.Env = []string{"PATH=/bin"}
	c.New = ns.SetOf(ns.User, ns.Mount, ns.PID, ns.Net, ns.IPC, ns.UTS, ns.Cgroup, ns.Time)
	c.Root = &sandbox.Root{Overlay: true, Dir: small(t)}
	c.Mounts = []sandbox.Mount{
		{Type: "bind", Source: "/usr", Target: "/usr", Options: []string{"ro"}},
		{Type: "bind", Source: "/etc/passwd", Target: "/made/file"},
		{Type: "tmpfs", Target: "/tmp", Options: []string{"size=1m"}},
	}
	c.Hostname, c.Domainname = "isle", "example"
	c.Monotonic, c.Boottime = &offset, &offset
	c.Capabilities, c.NoNewPrivs = &none, true
	c.Seccomp = &sandbox.Seccomp{Name: "allow", Filter: []byte{6, 0, 0, 0, 0, 0, 0xff, 0x7f}} // return SECCOMP_RET_ALLOW
	c.Rlimits = []sandbox.Rlimit{{Name: "core"}}
	c.User = &sandbox.User{}
	c.Init, c.Terminal, c.NewSession = true, true, true
	if feature.Landlock.Err() == nil {
		c.ReadOnlyPaths, c.ReadWritePaths = []string{"/usr", "/bin", "/lib", "/lib64", "/etc"}, []string{"/tmp", "/dev"}
	}
	if os.Geteuid() == 0 { // has the maps written from outside
		c.UIDMap, c.GIDMap = []sandbox.IDMap{{Count: 1000}}, []sandbox.IDMap{{Count: 1000}}
	}
	return c
}

// small is a root directory that needs /usr bound into it.
func small(t *testing.T) string {
	dir := t.TempDir()
	for _, link := range []string{"bin", "lib", "lib64"} {
		if err := os.Symlink("usr/"+link, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []string{"etc", "usr", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// fullOfRoot is the same without a user namespace, on the host's own root.
func fullOfRoot(t *testing.T) *sandbox.Cmd {
	t.Helper()
	c := full(t)
	c.New = c.New.Without(ns.User)
	c.UIDMap, c.GIDMap = nil, nil
	c.Root.ReadOnly = true
	c.User = &sandbox.User{UID: nobody, GID: nobody, Groups: []uint32{1}}
	c.Mounts = c.Mounts[1:]
	c.Root.Dir = ""
	c.Init, c.Terminal, c.DeathSignal = false, false, unix.SIGKILL
	return c
}

// TestEveryFault makes each instruction of a full plan fail in turn. Either
// the step it belongs to is named by the error, or its failure is forgiven; and
// nothing is left behind.
func TestEveryFault(t *testing.T) {
	for name, c := range map[string]struct {
		make func(t *testing.T) *sandbox.Cmd
		need func(t *testing.T)
	}{
		"with a user namespace":    {full, needUserNamespaces},
		"without a user namespace": {fullOfRoot, needRoot},
	} {
		t.Run(name, func(t *testing.T) {
			c.need(t)
			cmd := c.make(t)
			p, err := cmd.Plan()
			if err != nil {
				t.Fatal(err)
			}
			if err, _ := carryOut(p, &fault{program: -1}); err != nil {
				t.Skipf("the plan cannot be carried out here: %v", err)
			}
			adopt(t)
			for _, errno := range []syscall.Errno{odd, unix.EPERM} {
				everyFaultOf(t, p, cmd.Root.Dir, errno)
			}
		})
	}
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root does without a user namespace")
	}
}

func everyFaultOf(t *testing.T, p *plan.Plan, dir string, errno syscall.Errno) {
	if dir == "" { // the host's own root
		dir = t.TempDir()
	}
	before := look(t, dir)
	failed := 0
	runs := everyFault(t, errno, func(f *fault) {
		err, killed := carryOut(p, f)
		if now := look(t, dir); now != before {
			t.Errorf("%s\nleft behind: %+v\nbefore: %+v", f.was, now, before)
		}
		if killed && !f.init {
			t.Errorf("%s: the program hangs", f.was)
		}
		if err != nil && !killed {
			failed++
			checkFault(t, p, f, err)
		}
	})
	t.Logf("%d of %d faults made the plan fail with %v", failed, runs, errno)
	if failed < runs/2 {
		t.Errorf("only %d of %d faults made the plan fail", failed, runs)
	}
}

// carryOut runs the plan with a fault. The init's loop may hang with one: then
// it is killed soon, and any other that hangs is killed in the end.
func carryOut(p *plan.Plan, f *fault) (err error, killed bool) {
	q := *p
	q.Tamper = f.tamper
	c := sandbox.Planned(&q)
	if err := c.Start(); err != nil {
		return err, false
	}
	if c.Console != nil {
		defer c.Console.Close()
	}
	patience := 20 * time.Second // of a busy machine
	if f.init {
		patience = 300 * time.Millisecond
	}
	kill := time.AfterFunc(patience, func() { c.Process.Kill() })
	err = c.Wait()
	return err, !kill.Stop()
}

func checkFault(t *testing.T, p *plan.Plan, f *fault, err error) {
	t.Helper()
	var e *sandbox.StepError
	switch {
	case f.init && errors.As(err, new(*sandbox.ExitError)):
	case f.broken == nil:
		t.Errorf("without a fault: %v", err)
	case !errors.As(err, &e):
		t.Errorf("%s: %v, which is no failure of a step", f.was, err)
	case f.errno != odd: // some steps try another way then, which may fail in its turn
	case e.Errno != odd:
		t.Logf("%s: forgiven, then %v", f.was, err)
	case e.Step != p.Steps[f.broken.Step].Words():
		t.Errorf("%s of step %q: the error names %q", f.was, p.Steps[f.broken.Step].Words(), e.Step)
	}
}
