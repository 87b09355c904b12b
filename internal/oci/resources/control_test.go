package resources

import (
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

// inhabited gives a group with a process in it.
func inhabited(t *testing.T, r *specs.LinuxResources) (*Group, *child) {
	t.Helper()
	needGroups(t)
	g := create(t, r)
	c := newChild(t)
	if err := g.Join(c.pid()); err != nil {
		t.Fatal(err)
	}
	c.do("ping") // it may still have been on its way through exec, and uses memory of the group's now
	return g, c
}

// state is the letter of a process's state in /proc/PID/stat, 0 if it is gone.
func state(pid int) byte {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, rest, ok := strings.Cut(string(text), ") ")
	if !ok {
		return 0
	}
	return rest[0]
}

func TestFreeze(t *testing.T) {
	g, c := inhabited(t, nil)
	c.do("fork 5")
	for range 20 {
		if err := g.Freeze(true); err != nil {
			t.Fatal(err)
		}
		if frozen, err := g.Frozen(); err != nil || !frozen {
			t.Fatal("not frozen: ", err)
		}
		answer := make(chan string, 1)
		go func() { answer <- c.try("ping") }()
		select {
		case <-answer:
			t.Fatal("a frozen process answers")
		case <-time.After(2 * time.Millisecond):
		}
		if err := g.Freeze(false); err != nil {
			t.Fatal(err)
		}
		if frozen, err := g.Frozen(); err != nil || frozen {
			t.Fatal("frozen: ", err)
		}
		if said := <-answer; said != "ok" {
			t.Fatal(said)
		}
	}
}

// TestFreezeStuck: a process that cannot be stopped, for it waits for a file system
// that does not answer, makes freezing fail, in bounded time, with all going on.
func TestFreezeStuck(t *testing.T) {
	g, c := inhabited(t, &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{device(true, "c", 10, 229, "rw")}})
	if said := c.try("hang %s", t.TempDir()); said != "ok" {
		t.Skip("it takes a FUSE file system: ", said)
	}
	var err error
	for deadline := time.Now().Add(5 * time.Second); err == nil; { // until it hangs
		start := time.Now()
		err = g.freezer().freeze(true, 300*time.Millisecond)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("it took %v", took)
		}
		if err == nil {
			err = g.Freeze(false)
		}
		if time.Now().After(deadline) {
			t.Fatal("it can be frozen")
		}
	}
	if !errors.Is(err, unix.ETIMEDOUT) || !strings.Contains(err.Error(), "cannot be stopped") {
		t.Error(err)
	}
	if frozen, err := g.Frozen(); frozen || err != nil {
		t.Error("left frozen: ", err)
	}
	c.do("ping")
	if err := g.Signal(unix.SIGKILL); err != nil {
		t.Error(err)
	}
	c.end()
	if err := g.Delete(); err != nil {
		t.Error(err)
	}
}

func TestSignal(t *testing.T) {
	g, c := inhabited(t, nil)
	c.do("fork 10")
	c.do("ignore")
	pids, err := g.Pids(true)
	if err != nil || len(pids) != 11 {
		t.Fatal(pids, err)
	}
	if err := g.Signal(unix.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.do("ping") // which ignores it
	ended(t, slices.DeleteFunc(pids, func(pid int) bool { return pid == c.pid() }))
	if err := g.Signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if pids, err := g.Pids(true); err != nil || len(pids) > 0 {
		t.Errorf("left: %v, %v", pids, err)
	}
	if frozen, err := g.Frozen(); frozen || err != nil {
		t.Error("left frozen: ", err)
	}
}

// ended waits until processes have ended, reaped or not.
func ended(t *testing.T, pids []int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		alive := slices.DeleteFunc(slices.Clone(pids), func(pid int) bool { s := state(pid); return s == 0 || s == 'Z' || s == 'X' })
		if len(alive) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("alive: %v", alive)
		}
	}
}

// TestSignalFrozen: SIGKILL thaws; another signal leaves a frozen group frozen.
func TestSignalFrozen(t *testing.T) {
	g, c := inhabited(t, nil)
	if err := g.Freeze(true); err != nil {
		t.Fatal(err)
	}
	if err := g.Signal(unix.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	// On version 2 a process takes a signal and is frozen again.
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if frozen, _ := g.Frozen(); frozen {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a signal thawed it")
		}
	}
	if err := g.Signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	ended(t, []int{c.pid()})
	c.end()
	if err := g.Delete(); err != nil {
		t.Error(err)
	}
}

// TestForkBomb: nobody forks away from SIGKILL. With cgroup.kill the kernel sees
// to that; the test has the other way too.
func TestForkBomb(t *testing.T) {
	for _, kernel := range []bool{true, false} {
		needGroups(t)
		g := create(t, &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(60))}})
		if !has(g, "pids", "pids.max") {
			t.Skip("no pids controller here to bound it")
		}
		c := newShell(t, `read x; f() { while :; do (exec /bin/true) & wait %1 2>/dev/null & done; }; f 2>/dev/null & f 2>/dev/null & f 2>/dev/null`, nil)
		if err := g.Join(c.cmd.Process.Pid); err != nil {
			t.Fatal(err)
		}
		_, _ = c.in.Write([]byte("\n"))
		start := time.Now()
		for n := 0; n < 12; {
			pids, err := g.Pids(true)
			if err != nil {
				t.Fatal(err)
			}
			n = len(pids)
		}
		t.Logf("12 processes after %v", time.Since(start))
		if kernel {
			if err := g.Signal(unix.SIGKILL); err != nil {
				t.Error(err)
			}
		} else if pids, err := g.main().signal(unix.SIGKILL); err != nil {
			t.Error(err)
		} else {
			ended(t, pids)
		}
		t.Logf("dead after %v", time.Since(start))
		if pids, err := g.Pids(true); err != nil || len(pids) > 0 {
			t.Errorf("left: %v, %v", pids, err)
		}
		c.end()
		if err := g.Delete(); err != nil {
			t.Error(err)
		}
	}
}

// TestSignalSelf: whoever signals, and number 1, are left alone.
func TestSignalSelf(t *testing.T) {
	needGroups(t)
	g := create(t, nil)
	list, err := memberships(0)
	if err != nil {
		t.Fatal(err)
	}
	tree := g.main()
	if err := g.Join(os.Getpid()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		for _, tree := range g.Trees {
			for _, m := range list {
				if m.v2 == tree.V2 && m.controllers == tree.Controllers {
					if err := os.WriteFile(tree.Mount+m.path+"/cgroup.procs", []byte("0"), 0); err != nil {
						t.Error(err)
					}
				}
			}
		}
	}()
	// Frozen, this process could not thaw itself, so without.
	pids, err := tree.pids(true)
	if err != nil || !slices.Contains(pids, os.Getpid()) {
		t.Fatal(pids, err)
	}
	if signalled := slices.ContainsFunc(pids, signallable); signalled {
		t.Error("it would signal itself")
	}
}

func TestDelete(t *testing.T) {
	g, c := inhabited(t, nil)
	for _, tree := range g.Trees {
		for _, sub := range []string{"/a", "/a/b", "/a/b/c", "/d"} {
			if err := os.Mkdir(tree.Dir()+sub, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	go func() { // which ends while the group is being removed
		time.Sleep(30 * time.Millisecond)
		_ = c.cmd.Process.Kill()
	}()
	before := time.Now()
	if err := g.Delete(); err != nil {
		t.Fatal(err)
	}
	if time.Since(before) < 20*time.Millisecond {
		t.Error("it removed a group with a process")
	}
	if l := left(g); l != nil {
		t.Errorf("left: %v", l)
	}
	if err := g.Delete(); err != nil {
		t.Errorf("again: %v", err)
	}
}

// TestDeleteBusy: a process that stays is named, in bounded time.
func TestDeleteBusy(t *testing.T) {
	g, c := inhabited(t, nil)
	start := time.Now()
	err := g.Trees[0].clear(start.Add(100 * time.Millisecond))
	if err == nil || !errors.Is(err, unix.EBUSY) || !strings.Contains(err.Error(), strconv.Itoa(c.pid())) {
		t.Error(err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
	c.do("ping")
}

// TestRemove ends what is in a group, and has nothing to end in an empty one.
func TestRemove(t *testing.T) {
	g, c := inhabited(t, nil)
	if err := g.Remove(); err != nil {
		t.Error(err)
	}
	ended(t, []int{c.pid()})
	if l := left(g); l != nil {
		t.Errorf("left: %v", l)
	}
	empty, c := inhabited(t, nil)
	c.end()
	if err := errors.Join(empty.removeEmpty(), empty.Remove()); err != nil {
		t.Error(err)
	}
	if l := left(empty); l != nil {
		t.Errorf("left: %v", l)
	}
}

// TestDeleteFrozen: a process that was killed while frozen ends when it is thawed.
func TestDeleteFrozen(t *testing.T) {
	g, c := inhabited(t, nil)
	if err := g.Freeze(true); err != nil {
		t.Fatal(err)
	}
	_ = unix.Kill(c.pid(), unix.SIGKILL)
	if err := g.Delete(); err != nil {
		t.Error(err)
	}
	if l := left(g); l != nil {
		t.Errorf("left: %v", l)
	}
}

// TestNestedFrozen: a container that may write to its cgroup has frozen a part of
// itself, to outlive SIGKILL.
func TestNestedFrozen(t *testing.T) {
	g, c := inhabited(t, nil)
	tree := g.freezer()
	dir := tree.Dir() + "/a"
	if err := os.MkdirAll(dir+"/b", 0o755); err != nil {
		t.Fatal(err)
	}
	file, value := tree.freezeValue(true)
	for _, step := range [][2]string{{"/b/cgroup.procs", strconv.Itoa(c.pid())}, {"/b/" + file, value}, {"/" + file, value}} {
		if err := os.WriteFile(dir+step[0], []byte(step[1]), 0); err != nil {
			t.Fatal(step, err)
		}
	}
	if err := g.Signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	ended(t, []int{c.pid()})
	c.end()
	if err := g.Delete(); err != nil {
		t.Error(err)
	}
	if l := left(g); l != nil {
		t.Errorf("left: %v", l)
	}
}

// TestGone: everything about a group that is gone answers, and none hangs.
func TestGone(t *testing.T) {
	needGroups(t)
	g := create(t, nil)
	if err := g.Delete(); err != nil {
		t.Fatal(err)
	}
	if pids, err := g.Pids(true); err != nil || len(pids) > 0 {
		t.Error(pids, err)
	}
	if frozen, err := g.Frozen(); err != nil || frozen {
		t.Error(frozen, err)
	}
	if err := g.Signal(unix.SIGKILL); err != nil {
		t.Error(err)
	}
	if err := g.Join(os.Getpid()); !errors.Is(err, unix.ENOENT) {
		t.Error(err)
	}
	if err := g.Freeze(true); !errors.Is(err, unix.ENOENT) {
		t.Error(err)
	}
	if s, err := g.Stats(); err != nil || s == nil {
		t.Error(err)
	}
}

// TestNone: a group without hierarchies is what a user without any has.
func TestNone(t *testing.T) {
	g := &Group{}
	for name, err := range map[string]error{
		"Create": g.Create(&specs.LinuxResources{Devices: podman().Devices}), "Join": g.Join(1 << 30), "Signal": g.Signal(unix.SIGKILL), "Delete": g.Delete(), "Chown": g.Chown(0),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := g.Create(podman()); err == nil || !strings.Contains(err.Error(), "pids") {
		t.Errorf("a limit without hierarchies: %v", err)
	}
	if err := g.Freeze(true); !errors.Is(err, errFreezer) {
		t.Error(err)
	}
	if fds, err := g.Doors(); err != nil || fds != nil {
		t.Error(fds, err)
	}
}
