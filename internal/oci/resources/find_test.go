package resources

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// inNamespace runs a test of this binary again with the mounts changed, in a
// mount namespace of its own.
func inNamespace(t *testing.T, test, script string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root changes mounts")
	}
	cmd := exec.Command("/bin/sh", "-ec", "mount --make-rprivate /; "+script+"; exec /proc/self/fd/3 -test.v -test.run '^"+test+"$'")
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	cmd.ExtraFiles = []*os.File{self}
	cmd.Env = append(os.Environ(), "ISLE_TEST_MOUNTS=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+test+" ") {
		t.Errorf("%s: %v\n%s", script, err, out)
	}
}

// TestElsewhereMounted: the hierarchies are not where they usually are.
func TestElsewhereMounted(t *testing.T) {
	needGroups(t)
	g := resolve(t, config(t))
	mount := func(tree *Tree, dir string) string {
		if tree.V2 {
			return "mount -t cgroup2 none " + dir
		}
		if name, ok := strings.CutPrefix(tree.Controllers, "name="); ok {
			return "mount -t cgroup -o none,name=" + name + " none " + dir
		}
		return "mount -t cgroup -o " + tree.Controllers + " none " + dir
	}
	// One of them moved away.
	first, away := &g.Trees[0], t.TempDir()
	inNamespace(t, "TestLife", "umount "+first.Mount+"; "+mount(first, away))
	// All of them somewhere else.
	for _, test := range []string{"TestLife", "TestRelative"} {
		script := "umount -R " + known
		for i := range g.Trees {
			script += "; " + mount(&g.Trees[i], t.TempDir())
		}
		inNamespace(t, test, script)
	}
}

// TestGuess: the quick way and the table of mounts say the same.
func TestGuess(t *testing.T) {
	needGroups(t)
	for _, own := range []bool{false, true} {
		quick, err := find(own)
		if err != nil {
			t.Fatal(err)
		}
		slow, err := search(own, quick[0].V2)
		if err != nil {
			t.Fatal(err)
		}
		closeTrees(quick)
		same := slices.EqualFunc(quick, slow, func(a, b Tree) bool {
			return a.V2 == b.V2 && (a.V2 || a.Controllers == b.Controllers) && a.Mount == b.Mount && a.Path == b.Path
		})
		if !same {
			t.Errorf("own %v: %+v and %+v", own, quick, slow)
		}
	}
}
