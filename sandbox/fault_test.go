package sandbox_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/program"
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
	init   bool   // it is the init's

	carried bool // the process's own program has been made: what follows are parts
}

func (f *fault) tamper(b *program.Builder) {
	if i := f.instr; len(f.sizes) == f.program && !(f.carried && cannotFail(b.Instr(i))) {
		f.was, f.broken, f.init = b.Line(i), b.Instr(i), b.IndexBase != 0
		b.Break(i, int(f.errno))
	}
	f.carried = f.carried || b.IndexBase == 0
	f.sizes = append(f.sizes, b.Len())
}

// cannotFail says that an instruction done from outside is no system call, or
// is the one that cleans up after the others.
func cannotFail(i *program.Instr) bool { return i.Nr < 0 || i.Nr == unix.SYS_CLOSE }

// odd is an errno that no step expects, so that only those instructions are
// forgiven of which any failure is.
const odd = unix.EUCLEAN

// everyFault calls run without a fault, then with each instruction of each
// program broken in turn.
func everyFault(t *testing.T, errno syscall.Errno, run func(f *fault)) (runs int) {
	t.Helper()
	sound := &fault{program: -1}
	run(sound)
	for n := range sound.sizes {
		for i := range sound.sizes[n] {
			run(&fault{program: n, instr: i, errno: errno})
			runs++
			if t.Failed() {
				return runs
			}
		}
	}
	return runs
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
