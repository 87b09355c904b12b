package resources

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/beside"
	"isle/internal/oci/resources/unit"
)

// needSystemd gives a group that systemd is to make: the user's manager for a
// user.
func needSystemd(t *testing.T) *Group {
	t.Helper()
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		t.Skip("systemd does not run here: ", err)
	}
	if beside.Find(unit.Helper) == "" {
		t.Skip("the helper is not beside the test: ", unit.Helper)
	}
	c := Config{
		ID: "x", Systemd: true, Rootless: os.Geteuid() != 0,
		Path:        "isle-test.slice:isle:test-" + strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(int(count.Add(1))),
		Annotations: map[string]string{"org.systemd.property.TimeoutStopSec": "7"},
	}
	g, err := Resolve(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	t.Cleanup(func() { _ = systemctl(t, g, "stop", g.Unit.Name) })
	return g
}

func systemctl(t *testing.T, g *Group, args ...string) string {
	t.Helper()
	if g.Unit.User {
		args = append([]string{"--user"}, args...)
	}
	out, _ := exec.Command("systemctl", args...).CombinedOutput()
	return strings.TrimSpace(string(out))
}

func show(t *testing.T, g *Group, property string) string {
	t.Helper()
	return systemctl(t, g, "show", "-P", property, g.Unit.Name)
}

func TestSystemd(t *testing.T) {
	g := needSystemd(t)
	before := descriptors(t)
	r := &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(99))}, Devices: podman().Devices}
	props := map[string]string{
		"ActiveState": "active", "Slice": "isle-test.slice", "Delegate": "yes", "TasksMax": "99", "CollectMode": "inactive-or-failed", "TimeoutStopUSec": "7s",
	}
	pure := g.Trees[0].V2
	if !g.Rootless {
		r.CPU = &specs.LinuxCPU{Shares: ptr(uint64(512)), Quota: ptr(int64(25000)), Period: ptr(uint64(50000))}
	}
	if pure {
		r.Unified = map[string]string{"memory.high": "100663296", "cgroup.max.depth": "5"}
		r.Memory = &specs.LinuxMemory{Limit: ptr(int64(128 << 20)), Reservation: ptr(int64(64 << 20)), Swap: ptr(int64(256 << 20))}
		props["MemoryMax"], props["MemoryLow"], props["MemorySwapMax"] = "134217728", "67108864", "134217728"
	}
	if r.CPU != nil {
		props["CPUQuotaPerSecUSec"] = "500ms"
		if pure {
			props["CPUWeight"] = "59"
		} else {
			props["CPUShares"] = "512"
		}
	}
	if err := g.Create(r); err != nil {
		t.Fatal(err)
	}
	if _, ok := g.Dir(); ok {
		t.Error("a directory before systemd has made it")
	}
	c := newChild(t)
	start := time.Now()
	if err := g.Join(c.pid()); err != nil {
		t.Fatal(err)
	}
	t.Logf("made in %v: %v", time.Since(start), g.Paths())
	wantIn(t, g, c.pid())
	for property, want := range props {
		if got := show(t, g, property); got != want {
			t.Errorf("%s=%s instead of %s", property, got, want)
		}
	}
	files := map[string]string{}
	for name, text := range r.Unified {
		if files[name] = read(t, g, "memory", name); files[name] != text {
			t.Errorf("%s: %s", name, files[name])
		}
	}
	if !pure {
		files["devices.list"] = read(t, g, "devices", "devices.list")
	}
	again := reopen(t, g)
	if err := again.Update(&specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(50))}}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, again, "pids", "pids.max"); got != "50" || show(t, g, "TasksMax") != "50" {
		t.Errorf("pids.max is %s and TasksMax %s", got, show(t, g, "TasksMax"))
	}
	systemctl(t, g, "daemon-reload")
	if got := read(t, again, "pids", "pids.max"); got != "50" {
		t.Errorf("pids.max is %s after a reload", got)
	}
	for name, text := range files {
		controller, _, _ := strings.Cut(name, ".")
		if got := read(t, again, controller, name); sortedLines(got) != sortedLines(text) {
			t.Errorf("%s is %q after a reload, and was %q", name, got, text)
		}
	}
	joinLater(t, again, c)
	if err := again.Signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.end()
	if err := again.Delete(); err != nil {
		t.Fatal(err)
	}
	if l := left(g); l != nil {
		t.Errorf("left: %v", l)
	}
	for deadline := time.Now().Add(5 * time.Second); show(t, g, "LoadState") != "not-found"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the unit is %s", show(t, g, "ActiveState"))
		}
	}
	g.Close()
	again.Close()
	if n := descriptors(t); n > before+2 {
		t.Errorf("%d descriptors before, %d after", before, n)
	}
}

// joinLater does what exec does.
func joinLater(t *testing.T, g *Group, c *child) {
	t.Helper()
	e, err := g.Enter(nil, c.pid())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	other := newChild(t)
	if err := e.Join(other.pid()); err != nil {
		t.Fatal(err)
	}
	wantIn(t, e, other.pid())
	other.end()
}

// TestSystemdRefused: what fails on the way leaves no unit.
func TestSystemdRefused(t *testing.T) {
	g := needSystemd(t)
	if err := g.Create(&specs.LinuxResources{Unified: map[string]string{"memory.nothing": "1"}}); err != nil {
		t.Fatal(err)
	}
	c := newChild(t)
	if err := g.Join(c.pid()); err == nil || !strings.Contains(err.Error(), "memory.nothing") {
		t.Fatal(err)
	}
	c.end()
	for deadline := time.Now().Add(5 * time.Second); show(t, g, "LoadState") != "not-found"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the unit is %s", show(t, g, "ActiveState"))
		}
	}
	if l := left(g); l != nil {
		t.Errorf("left: %v", l)
	}
	g = needSystemd(t)
	g.Unit.Props = []Prop{{"NoSuchProperty", "1"}}
	if err := g.Create(nil); err != nil {
		t.Fatal(err)
	}
	if err := g.Join(newChild(t).pid()); err == nil || !strings.Contains(err.Error(), "NoSuchProperty") {
		t.Error(err)
	}
}

// TestSystemdTwice: a unit that is there already is not taken over.
func TestSystemdTwice(t *testing.T) {
	g := needSystemd(t)
	if err := g.Create(nil); err != nil {
		t.Fatal(err)
	}
	if err := g.Join(newChild(t).pid()); err != nil {
		t.Fatal(err)
	}
	again := reopen(t, g)
	if err := again.Create(nil); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Error(err)
	}
}

// TestNoHelper: the error says what is missing.
func TestNoHelper(t *testing.T) {
	if beside.Find(unit.Helper) != "" {
		t.Skip("the helper is there")
	}
	g := &Group{Unit: &Unit{Name: "isle-test.scope", Slice: "isle-test.slice"}, Trees: []Tree{{V2: true, Mount: known, Path: "isle-test"}}, pending: &pending{}}
	if err := g.Join(os.Getpid()); err == nil || !strings.Contains(err.Error(), unit.Helper) {
		t.Error(err)
	}
}

func sortedLines(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
