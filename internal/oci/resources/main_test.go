package resources

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// needGroups skips where this user may make no cgroups: rights, not code.
func needGroups(t testing.TB) {
	t.Helper()
	trees, err := find(true)
	if err != nil {
		t.Skip("no cgroups here: ", err)
	}
	defer closeTrees(trees)
	for i := range trees {
		if err := unix.Access(trees[i].Dir(), unix.W_OK); err != nil {
			t.Skipf("this user may make no cgroup in %s: %v", trees[i].Dir(), err)
		}
	}
}

var count atomic.Int32

// config gives a group of its own to a test. A user's is below what is delegated.
func config(t testing.TB) Config {
	name := "isle-test-" + strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(int(count.Add(1)))
	if os.Geteuid() == 0 {
		name = "/" + name
	}
	return Config{Path: name, ID: name, Rootless: os.Geteuid() != 0}
}

func resolve(t testing.TB, c Config) *Group {
	t.Helper()
	g, err := Resolve(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sweep(t, g) })
	return g
}

// create makes a group, and removes it after the test.
func create(t testing.TB, r *specs.LinuxResources) *Group {
	t.Helper()
	g := resolve(t, config(t))
	if err := g.Create(r); err != nil {
		t.Fatal(err)
	}
	return g
}

// sweep removes a group by other means than the code under test.
func sweep(t testing.TB, g *Group) {
	g.Close()
	for i := range g.Trees {
		dir := g.Trees[i].Dir()
		if !strings.Contains(dir, "isle-test-") {
			t.Fatalf("the test made the group %s", dir)
		}
		_ = os.WriteFile(dir+"/freezer.state", []byte("THAWED"), 0)
		_ = os.WriteFile(dir+"/cgroup.kill", []byte("1"), 0)
		var dirs []string
		_ = filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				dirs = append(dirs, p)
			}
			return nil
		})
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
			killAll(dirs)
			for i := len(dirs) - 1; i >= 0; i-- {
				_ = os.Remove(dirs[i])
			}
			if _, err := os.Stat(dir); err != nil {
				break
			}
			if time.Now().After(deadline) {
				t.Errorf("%s cannot be removed", dir)
				break
			}
		}
	}
}

func killAll(dirs []string) {
	for _, d := range dirs {
		text, _ := os.ReadFile(d + "/cgroup.procs")
		for _, word := range strings.Fields(string(text)) {
			if pid, _ := strconv.Atoi(word); pid > 1 && pid != os.Getpid() {
				_ = unix.Kill(pid, unix.SIGKILL)
			}
		}
	}
}

// read reads a file of the tree that has a controller.
func read(t testing.TB, g *Group, controller, file string) string {
	t.Helper()
	tree := g.tree(controller)
	if tree == nil {
		t.Fatalf("no tree has %s", controller)
	}
	text, err := os.ReadFile(tree.Dir() + "/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func has(g *Group, controller, file string) bool {
	tree := g.tree(controller)
	if tree == nil {
		return false
	}
	_, err := os.Stat(tree.Dir() + "/" + file)
	return err == nil
}

// descriptors counts what this process has open.
func descriptors(t testing.TB) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// left lists the directories of a group that exist.
func left(g *Group) []string {
	var list []string
	for i := range g.Trees {
		if _, err := os.Stat(g.Trees[i].Dir()); err == nil {
			list = append(list, g.Trees[i].Dir())
		}
	}
	return list
}

func ptr[T any](v T) *T { return &v }
