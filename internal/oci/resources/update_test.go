package resources

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestUpdateOrder changes values that hold each other up, up and down.
func TestUpdateOrder(t *testing.T) {
	g, c := inhabited(t, &specs.LinuxResources{
		Memory: &specs.LinuxMemory{Limit: ptr(int64(200 << 20)), Swap: ptr(int64(300 << 20))},
		CPU:    &specs.LinuxCPU{Quota: ptr(int64(50000)), Period: ptr(uint64(100000))},
	})
	v2 := g.tree("memory").V2
	for _, n := range []int64{100, 400, 64, 1000, 300} {
		limit, swap := n<<20, n<<20+16<<20
		err := g.Update(&specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: &limit, Swap: &swap}})
		if err != nil {
			t.Fatal(err)
		}
		file, together := "memory.limit_in_bytes", "memory.memsw.limit_in_bytes"
		if v2 {
			file, together, swap = "memory.max", "memory.swap.max", 16<<20
		}
		if got := read(t, g, "memory", file); got != strconv.FormatInt(limit, 10) {
			t.Errorf("%s: %s", file, got)
		}
		if got := read(t, g, "memory", together); got != strconv.FormatInt(swap, 10) {
			t.Errorf("%s: %s", together, got)
		}
	}
	for _, q := range []struct {
		quota  int64
		period uint64
		want   string
	}{{5000, 10000, "5000 10000"}, {900000, 1000000, "900000 1000000"}, {2000, 5000, "2000 5000"}, {-1, 100000, "max 100000"}, {30000, 0, "30000 100000"}, {0, 50000, "30000 50000"}} {
		if err := g.Update(&specs.LinuxResources{CPU: &specs.LinuxCPU{Quota: &q.quota, Period: &q.period}}); err != nil {
			t.Fatal(err)
		}
		got := ""
		if v2 {
			got = read(t, g, "cpu", "cpu.max")
		} else {
			got = strings.Replace(read(t, g, "cpu", "cpu.cfs_quota_us"), "-1", "max", 1) + " " + read(t, g, "cpu", "cpu.cfs_period_us")
		}
		if got != q.want {
			t.Errorf("%s instead of %s", got, q.want)
		}
	}
	c.do("ping")
}

// TestUpdateRollback: what was set before a value that is refused is set back.
func TestUpdateRollback(t *testing.T) {
	g, _ := inhabited(t, &specs.LinuxResources{
		Pids: &specs.LinuxPids{Limit: ptr(int64(50))}, CPU: &specs.LinuxCPU{Shares: ptr(uint64(512)), Quota: ptr(int64(50000))},
	})
	shares, quota := "cpu.shares", "cpu.cfs_quota_us"
	if g.tree("cpu").V2 {
		shares, quota = "cpu.weight", "cpu.max"
	}
	before := []string{read(t, g, "pids", "pids.max"), read(t, g, "cpu", shares), read(t, g, "cpu", quota)}
	err := g.Update(&specs.LinuxResources{
		Pids: &specs.LinuxPids{Limit: ptr(int64(60))}, CPU: &specs.LinuxCPU{Shares: ptr(uint64(700)), Quota: ptr(int64(3))},
	})
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, unix.EINVAL) || !strings.Contains(e.Doing, quota) || e.Hint == "" {
		t.Fatal(err)
	}
	after := []string{read(t, g, "pids", "pids.max"), read(t, g, "cpu", shares), read(t, g, "cpu", quota)}
	if !slices.Equal(before, after) {
		t.Errorf("%q before, %q after", before, after)
	}
}

// TestUpdateBelowUsage: a limit that is already exceeded is refused.
func TestUpdateBelowUsage(t *testing.T) {
	g, c := inhabited(t, nil)
	yes := true
	err := g.Update(&specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: ptr(int64(8192)), CheckBeforeUpdate: &yes}})
	switch {
	case err == nil:
		t.Skip("version 1 could reclaim all that the process uses")
	case g.tree("memory").V2 && !strings.Contains(err.Error(), "the container uses "):
		t.Error(err)
	case !g.tree("memory").V2 && !errors.Is(err, unix.EBUSY):
		t.Error(err)
	}
	c.do("ping")
}

func TestUpdateNothing(t *testing.T) {
	needGroups(t)
	g := create(t, &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(50))}})
	for _, r := range []*specs.LinuxResources{nil, {}, {CPU: &specs.LinuxCPU{}, Memory: &specs.LinuxMemory{}}} {
		if err := g.Update(r); err != nil {
			t.Error(err)
		}
	}
	if got := read(t, g, "pids", "pids.max"); got != "50" {
		t.Error(got)
	}
}

func TestStats(t *testing.T) {
	g, c := inhabited(t, &specs.LinuxResources{
		Pids: &specs.LinuxPids{Limit: ptr(int64(50))}, Memory: &specs.LinuxMemory{Limit: ptr(int64(256 << 20))},
		CPU: &specs.LinuxCPU{Quota: ptr(int64(2000)), Period: ptr(uint64(20000))}, // less than there is on a busy host
	})
	c.do("fork 3")
	c.do("spin 60")
	s, err := g.Stats()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if s.Pids.Limit != 50 || s.Pids.Current < 4 {
		t.Errorf("pids: %+v", s.Pids)
	}
	if s.Memory.Usage.Limit != 256<<20 || s.Memory.Usage.Usage == 0 || len(s.Memory.Raw) < 10 {
		t.Errorf("memory: %+v", s.Memory)
	}
	if s.Memory.Swap.Usage < s.Memory.Usage.Usage/2 {
		t.Errorf("memory and swap together: %+v", s.Memory.Swap)
	}
	if u := s.CPU.Usage; u.Total < 50e6 || u.Total > 5e9 {
		t.Errorf("cpu: %+v", u)
	}
	if h := s.CPU.Throttling; h.Periods == 0 || h.ThrottledPeriods == 0 || h.ThrottledTime == 0 {
		t.Errorf("throttling: %+v", h)
	}
	if g.v1("cpuset") != nil && len(s.CPUSet.CPUs) == 0 {
		t.Errorf("cpuset: %+v", s.CPUSet)
	}
	t.Logf("%.1500s", text)
}

// TestWatchOOM: the watcher is told of a process that was killed, and ends with
// its context and with the group.
func TestWatchOOM(t *testing.T) {
	g, c := inhabited(t, &specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: ptr(int64(60 << 20)), Swap: ptr(int64(60 << 20))}})
	before := descriptors(t)
	ctx, cancel := context.WithCancel(context.Background())
	told := make(chan bool, 100)
	if err := g.WatchOOM(ctx, func() { told <- true }); err != nil {
		t.Fatal(err)
	}
	g.Close() // which does not disturb it
	time.Sleep(20 * time.Millisecond)
	if said := c.try("eat %d", 200<<20); !strings.Contains(said, "killed") {
		t.Fatalf("the child: %s", said)
	}
	select {
	case <-told:
	case <-time.After(5 * time.Second):
		t.Error("nobody was told")
	}
	cancel()
	closed(t, before-len(g.Trees))
	again := reopen(t, g)
	if err := again.WatchOOM(context.Background(), func() { t.Error("told again") }); err != nil {
		t.Fatal(err)
	}
	again.Close()
	c.end()
	if err := g.Delete(); err != nil {
		t.Fatal(err)
	}
	g.Close()
	closed(t, before-len(g.Trees)-3) // and the child's two pipes and pidfd
}

// closed waits until as many descriptors are open, or fewer.
func closed(t *testing.T, want int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); descriptors(t) > want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors instead of %d", descriptors(t), want)
		}
	}
}

func TestEnter(t *testing.T) {
	g, c := inhabited(t, nil)
	e, err := g.Enter(nil, c.pid())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Paths()[""] != g.Paths()[""] || len(e.Trees) != len(g.Trees) {
		t.Errorf("%v instead of %v", e.Paths(), g.Paths())
	}
	if g.v2() != nil {
		t.Run("nested", func(t *testing.T) { enterNested(t, g, c) })
		return
	}
	if err := os.Mkdir(g.v1("freezer").Dir()+"/sub", 0o755); err != nil {
		t.Fatal(err)
	}
	if e, err = g.Enter([]string{"freezer:sub"}, c.pid()); err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	other := newChild(t)
	if err := e.Join(other.pid()); err != nil {
		t.Fatal(err)
	}
	wantIn(t, e, other.pid())
	for _, bad := range [][]string{{"nothing:sub"}, {"freezer:sub", "freezer:sub"}, {":sub"}, {"freezer:../x"}, {"a", "b"}, {"../x"}, {"freezer:x\ny"}} {
		if _, err := g.Enter(bad, c.pid()); err == nil || !strings.Contains(err.Error(), "--cgroup") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if e, err = g.Enter([]string{"absent"}, c.pid()); err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Join(other.pid()); !errors.Is(err, unix.ENOENT) {
		t.Errorf("a group that is not there: %v", err)
	}
}

// enterNested: a container that has given its children controllers holds no
// process itself any more; a further one goes where its first is.
func enterNested(t *testing.T, g *Group, c *child) {
	dir := g.v2().Dir()
	controller, _, _ := strings.Cut(read(t, g.part(true), "", "cgroup.controllers"), " ")
	for _, step := range [][2]string{{"/init/cgroup.procs", strconv.Itoa(c.pid())}, {"/cgroup.subtree_control", "+" + controller}} {
		if err := os.MkdirAll(dir+"/init", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+step[0], []byte(step[1]), 0); err != nil {
			t.Fatal(err)
		}
	}
	other := newChild(t)
	if err := g.Join(other.pid()); err == nil {
		t.Log("this kernel lets a process in beside the children")
	} else if !errors.Is(err, unix.EBUSY) || !strings.Contains(err.Error(), "hold no processes itself") {
		t.Error(err)
	}
	e, err := g.Enter(nil, c.pid())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if want := dir + "/init"; e.v2().Dir() != want {
		t.Fatalf("%s instead of %s", e.v2().Dir(), want)
	}
	fd, ok := e.Dir()
	if !ok {
		t.Fatal("no directory")
	}
	wantIn(t, e.part(true), newChildIn(t, fd).pid())
	// A first process that went elsewhere is not followed there.
	away := create(t, nil)
	if err := away.Join(c.pid()); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Enter(nil, c.pid()); err == nil || !strings.Contains(err.Error(), "not below") {
		t.Error(err)
	}
}

func TestChown(t *testing.T) {
	needGroups(t)
	if os.Geteuid() != 0 {
		t.Skip("only root gives away")
	}
	g := create(t, nil)
	if err := g.Chown(4711); err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	for _, file := range []string{"", "/cgroup.procs", "/cgroup.subtree_control"} {
		if err := unix.Stat(g.Trees[0].Dir()+file, &st); err == nil && (st.Uid == 4711) != g.Trees[0].V2 {
			t.Errorf("%q belongs to %d", file, st.Uid)
		}
	}
	if err := unix.Stat(g.Trees[0].Dir()+"/memory.max", &st); err == nil && st.Uid != 0 {
		t.Error("the limit was given away")
	}
}
