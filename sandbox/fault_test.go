package sandbox_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/feature"
	"isle/internal/plan"
	"isle/internal/program"
	"isle/ns"
	"isle/sandbox"
)

// fault makes one instruction of a plan's programs fail. They are numbered in
// the order in which they are made: that of the init, the process's own, those
// of the parts done from outside, when it is their turn.
type fault struct {
	program, instr int
	errno          syscall.Errno

	sizes  []int // of the programs made so far
	broken *program.Instr
	was    string // what the instruction was
}

func (f *fault) tamper(b *program.Builder) {
	if len(f.sizes) == f.program {
		f.was, f.broken = b.Line(f.instr), b.Instr(f.instr)
		b.Break(f.instr, int(f.errno))
	}
	f.sizes = append(f.sizes, b.Len())
}

// odd is an errno that no step expects, so that only those instructions are
// forgiven of which any failure is.
const odd = unix.EUCLEAN

// everyFault calls run without a fault, then with each instruction of each
// program broken in turn.
func everyFault(t *testing.T, run func(f *fault)) (runs int) {
	t.Helper()
	sound := &fault{program: -1}
	run(sound)
	for n := range sound.sizes {
		for i := range sound.sizes[n] {
			run(&fault{program: n, instr: i, errno: odd})
			runs++
			if t.Failed() {
				return runs
			}
		}
	}
	return runs
}

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

// world is what a failure must leave as it was: descriptors, children, mounts
// and files below dir, all that a plan of this test could leave there.
type world struct{ fds, children, mounts, files string }

func look(t *testing.T, dir string) (w world) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil {
			w.fds += filepath.Base(l) + " " + to + "\n"
		}
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mounts)) { // others may mount elsewhere meanwhile
		if f := strings.Fields(line); strings.Contains(line, dir) || slices.Contains([]string{"/", "/sys", "/proc", "/dev", "/tmp"}, f[4]) {
			w.mounts += line
		}
	}
	filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		w.files += path + "\n"
		return err
	})
	w.children = children(t)
	return w
}

// adopt makes this process the parent of those whose own has ended, so that
// none can be left without being seen.
func adopt(t *testing.T) {
	t.Helper()
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) })
}

// TestEveryFault makes each instruction of a full plan fail in turn. Either
// the step it belongs to is named by the error, or its failure is forgiven; and
// nothing is left behind.
func TestEveryFault(t *testing.T) {
	needUserNamespaces(t)
	adopt(t)
	c := full(t)
	p, err := c.Plan()
	if err != nil {
		t.Fatal(err)
	}
	if err, _ := carryOut(p, &fault{program: -1}); err != nil {
		t.Skipf("the plan cannot be carried out here: %v", err)
	}
	dir := c.Root.Dir
	before := look(t, dir)
	failed := 0
	runs := everyFault(t, func(f *fault) {
		err, killed := carryOut(p, f)
		if now := look(t, dir); now != before {
			t.Errorf("%s\nleft behind: %+v\nbefore: %+v", f.was, now, before)
		}
		if killed && f.program != 0 {
			t.Errorf("%s: the program hangs", f.was)
		}
		if err != nil && !killed {
			failed++
			checkFault(t, p, f, err)
		}
	})
	t.Logf("%d of %d faults made the plan fail", failed, runs)
	if failed < runs/2 {
		t.Errorf("only %d of %d faults made the plan fail", failed, runs)
	}
}

// carryOut runs the plan with a fault. The init's loop may hang with one: then
// it is killed.
func carryOut(p *plan.Plan, f *fault) (err error, killed bool) {
	q := *p
	q.Tamper = f.tamper
	c := sandbox.Planned(&q)
	if err := c.Start(); err != nil {
		return err, false
	}
	defer c.Console.Close()
	kill := time.AfterFunc(300*time.Millisecond, func() { c.Process.Kill() })
	err = c.Wait()
	return err, !kill.Stop()
}

func checkFault(t *testing.T, p *plan.Plan, f *fault, err error) {
	t.Helper()
	var e *sandbox.StepError
	switch {
	case f.program == 0 && errors.As(err, new(*sandbox.ExitError)): // of the init
	case f.broken == nil:
		t.Errorf("without a fault: %v", err)
	case !errors.As(err, &e):
		t.Errorf("%s: %v, which is no failure of a step", f.was, err)
	case e.Errno != odd:
		t.Logf("%s: forgiven, then %v", f.was, err)
	case e.Step != p.Steps[f.broken.Step].Words():
		t.Errorf("%s of step %q: the error names %q", f.was, p.Steps[f.broken.Step].Words(), e.Step)
	}
}
