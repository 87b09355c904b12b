package resources

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

func TestLife(t *testing.T) {
	needGroups(t)
	newChild(t).end() // after which Go keeps what it needs for pipes
	before := descriptors(t)
	g := create(t, podman())
	if len(left(g)) != len(g.Trees) {
		t.Fatalf("made %v of %v", left(g), g.Paths())
	}
	if has(g, "pids", "pids.max") && read(t, g, "pids", "pids.max") != "2048" {
		t.Error("pids.max is not set")
	}
	c := newChild(t)
	if err := g.Join(c.pid()); err != nil {
		t.Fatal(err)
	}
	wantIn(t, g, c.pid())
	if pids, err := g.Pids(true); err != nil || !slices.Equal(pids, []int{c.pid()}) {
		t.Errorf("Pids: %v, %v", pids, err)
	}
	again := reopen(t, g)
	g.Close()
	c.end()
	if err := again.Delete(); err != nil {
		t.Fatal(err)
	}
	if l := left(g); l != nil {
		t.Errorf("left: %v", l)
	}
	if err := again.Delete(); err != nil {
		t.Errorf("delete twice: %v", err)
	}
	again.Close()
	if n := descriptors(t); n != before {
		t.Errorf("%d descriptors before, %d after", before, n)
	}
}

// reopen does what the state on disk does.
func reopen(t *testing.T, g *Group) *Group {
	t.Helper()
	text, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	again := &Group{}
	if err := json.Unmarshal(text, again); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(again.Close)
	return again
}

// wantIn checks that a process is in every directory of a group.
func wantIn(t *testing.T, g *Group, pid int) {
	t.Helper()
	list, err := memberships(pid)
	if err != nil {
		t.Fatal(err)
	}
	for _, tree := range g.Trees {
		i := slices.IndexFunc(list, func(m membership) bool { return m.v2 == tree.V2 && m.controllers == tree.Controllers })
		if i < 0 || !strings.HasSuffix("/"+tree.Path, list[i].path) {
			t.Errorf("%s: %+v", tree.Dir(), list)
		}
	}
}

// TestLimitsFirst: when there is a process in the group, the limits are there.
func TestLimitsFirst(t *testing.T) {
	needGroups(t)
	g := create(t, &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(9))}})
	if !has(g, "pids", "pids.max") {
		t.Skip("no pids controller here")
	}
	if n := read(t, g, "pids", "pids.max"); n != "9" {
		t.Error(n)
	}
	c := newChild(t)
	if err := g.Join(c.pid()); err != nil {
		t.Fatal(err)
	}
	if said := c.try("fork 20"); !strings.Contains(said, "unavailable") {
		t.Errorf("20 children of 9: %s", said)
	}
}

// TestRollback: a limit that is refused leaves no directory, also none above.
func TestRollback(t *testing.T) {
	needGroups(t)
	c := config(t)
	above := c.Path
	c.Path += "/a/b"
	g := resolve(t, c)
	top := resolve(t, Config{Path: above})
	err := g.Create(&specs.LinuxResources{CPU: &specs.LinuxCPU{Cpus: "4000"}})
	if err == nil || !strings.Contains(err.Error(), "cpu") {
		t.Fatalf("Create: %v", err)
	}
	if l := left(top); l != nil {
		t.Errorf("left: %v", l)
	}
}

func TestInUse(t *testing.T) {
	needGroups(t)
	g := create(t, nil)
	c := newChild(t)
	if err := g.Join(c.pid()); err != nil {
		t.Fatal(err)
	}
	again := reopen(t, g)
	if err := again.Create(nil); err == nil || !strings.Contains(err.Error(), "container's cgroup is not empty: 1 process(es) found") {
		t.Errorf("Create in a group with a process: %v", err)
	}
	c.end()
	if err := again.Create(podman()); err != nil {
		t.Errorf("Create in an empty group: %v", err)
	}
	if err := g.Freeze(true); err != nil {
		t.Fatal(err)
	}
	if err := again.Create(nil); err == nil || !strings.Contains(err.Error(), "frozen") {
		t.Errorf("Create in a frozen group: %v", err)
	}
	if l := left(g); len(l) != len(g.Trees) {
		t.Errorf("what was there is gone: %v", l)
	}
}

// TestElsewhere: a path from a state file is not written to where it is not of
// the cgroup file system.
func TestElsewhere(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/x", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"cgroup.procs", "tasks", "freezer.state", "cgroup.freeze"} {
		if err := os.WriteFile(dir+"/x/"+file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, v2 := range []bool{false, true} {
		for name, do := range map[string]func(*Group) error{
			"Join":   func(g *Group) error { return g.Join(os.Getpid()) },
			"Freeze": func(g *Group) error { return g.Freeze(true) },
			"Pids":   func(g *Group) error { _, err := g.Pids(true); return err },
			"Create": func(g *Group) error { return g.Create(nil) },
			"Update": func(g *Group) error { return g.Update(&specs.LinuxResources{Devices: podman().Devices}) },
			"Signal": func(g *Group) error { return g.Signal(unix.SIGKILL) },
			"Delete": (*Group).Delete,
		} {
			g := &Group{Trees: []Tree{{V2: v2, Controllers: "freezer,devices", Mount: dir, Path: "x"}}}
			if err := do(g); !errors.Is(err, errNotCgroup) {
				t.Errorf("version 2 %v: %s: %v", v2, name, err)
			}
		}
	}
	text, err := os.ReadFile(dir + "/x/cgroup.procs")
	if err != nil || len(text) > 0 {
		t.Errorf("written: %q, %v", text, err)
	}
}

// TestOutside: a path in a state file that leads out of the hierarchy.
func TestOutside(t *testing.T) {
	needGroups(t)
	g := create(t, nil)
	outside := t.TempDir()
	if err := os.WriteFile(outside+"/cgroup.procs", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	up, err := filepath.Rel(g.Trees[0].Mount, outside)
	if err != nil {
		t.Fatal(err)
	}
	bad := &Group{Trees: []Tree{{V2: g.Trees[0].V2, Controllers: g.Trees[0].Controllers, Mount: g.Trees[0].Mount, Path: up}}}
	defer bad.Close()
	if err := bad.Join(os.Getpid()); !errors.Is(err, unix.EXDEV) {
		t.Errorf("Join: %v", err)
	}
	if text, _ := os.ReadFile(outside + "/cgroup.procs"); len(text) > 0 {
		t.Errorf("written: %q", text)
	}
}

// TestRelative: below this process's own group in version 1, beside it in 2.
func TestRelative(t *testing.T) {
	needGroups(t)
	name := strings.TrimPrefix(config(t).Path, "/")
	g := resolve(t, Config{ID: name, Rootless: os.Geteuid() != 0})
	list, err := memberships(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, tree := range g.Trees {
		for _, m := range list {
			if m.v2 != tree.V2 || m.controllers != tree.Controllers {
				continue
			}
			want := filepath.Join(m.path, name)
			if m.v2 {
				want = filepath.Join(filepath.Dir(m.path), name)
			}
			if "/"+tree.Path != want {
				t.Errorf("%s instead of %s", tree.Path, want)
			}
		}
	}
	if err := g.Create(podman()); err != nil {
		t.Fatal(err)
	}
	if err := g.Delete(); err != nil {
		t.Fatal(err)
	}
}

// TestCpusetAbove: a cpuset of version 1 that somebody left empty is filled.
func TestCpusetAbove(t *testing.T) {
	needGroups(t)
	c := config(t)
	top := resolve(t, c)
	cpuset := top.v1("cpuset")
	if cpuset == nil {
		t.Skip("no cpuset hierarchy of version 1 here")
	}
	if err := os.Mkdir(cpuset.Dir(), 0o755); err != nil {
		t.Fatal(err)
	}
	c.Path += "/a"
	g := resolve(t, c)
	if err := g.Create(nil); err != nil {
		t.Fatal(err)
	}
	child := newChild(t)
	if err := g.Join(child.pid()); err != nil {
		t.Error(err)
	}
	child.end()
	if err := errors.Join(g.Delete(), top.Delete()); err != nil {
		t.Error(err)
	}
}

func TestDoors(t *testing.T) {
	needGroups(t)
	g := create(t, podman())
	newChild(t).end()
	before := descriptors(t)
	fds, err := g.Doors()
	if err != nil {
		t.Fatal(err)
	}
	if len(fds) == 0 {
		if g.v2() == nil {
			t.Error("no doors, and no directory")
		}
		return
	}
	// A shell has one thread, as a process needs that goes in by itself.
	script := ""
	for i := range fds {
		script += "printf 0 >&" + strconv.Itoa(3+i) + " || exit 1; "
	}
	c := newShell(t, script+"echo in; read x", fds)
	if said := c.line(t); said != "in" {
		t.Fatalf("the shell says %q", said)
	}
	wantIn(t, g.part(false), c.cmd.Process.Pid)
	for _, fd := range fds {
		unix.Close(fd)
	}
	if n := descriptors(t); n != before+3 { // the shell's two pipes, and a pidfd
		t.Errorf("%d descriptors before, %d after", before, n)
	}
}

func TestDir(t *testing.T) {
	needGroups(t)
	g := create(t, podman())
	fd, ok := g.Dir()
	if !ok {
		if g.v2() != nil {
			t.Error("no directory")
		}
		t.Skip("no cgroup version 2 in the group")
	}
	wantIn(t, g.part(true), newChildIn(t, fd).pid())
}

// part is the group in one version alone: that which a way in leads to.
func (g *Group) part(v2 bool) *Group {
	return &Group{Trees: slices.DeleteFunc(slices.Clone(g.Trees), func(t Tree) bool { return t.V2 != v2 })}
}
