package resctrl

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestOrder sees all that is written to schemata, in a pipe: l3CacheSchema, then
// memBwSchema, then schemata, a line at a time.
func TestOrder(t *testing.T) {
	f := tree(t)
	path := f.Root + "/box"
	must(t, os.Mkdir(path, 0o755))
	must(t, unix.Mkfifo(path+"/schemata", 0o600))
	pipe, err := os.OpenFile(path+"/schemata", os.O_RDWR, 0)
	must(t, err)
	defer pipe.Close()
	c := specs.LinuxIntelRdt{Schemata: []string{"L3:0=f;1=f", "", "MB:0=30"}, MemBwSchema: "MB:0=20", L3CacheSchema: "L3:0=1"}
	g, err := f.Resolve(&c, "box")
	must(t, err)
	must(t, g.Create())
	must(t, g.Update(&specs.LinuxIntelRdt{MemBwSchema: "MB:1=40", L3CacheSchema: "L3:1=3"}))
	must(t, g.Update(&specs.LinuxIntelRdt{}))
	if err := g.Update(&specs.LinuxIntelRdt{L3CacheSchema: "L3:0=1\nMB:0=1"}); err == nil {
		t.Error("two lines in one")
	}
	buf := make([]byte, 4096)
	n, err := pipe.Read(buf)
	must(t, err)
	same(t, "written", string(buf[:n]), "L3:0=1\nMB:0=20\nL3:0=f;1=f\nMB:0=30\nL3:1=3\nMB:1=40\n")
}

// TestTogether: containers that begin at the same time name one group. Whoever
// comes second finds it whole.
func TestTogether(t *testing.T) {
	for range 30 {
		f := tree(t)
		var all sync.WaitGroup
		for _, id := range []string{"a", "b", "c"} {
			all.Go(func() {
				g, err := f.Resolve(&specs.LinuxIntelRdt{ClosID: "both", L3CacheSchema: "L3:0=f"}, id)
				if err == nil {
					err = g.Create()
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		same(t, "schemata", f.read(t, "both/schemata"), "L3:0=f")
	}
}

// TestLock: isle waits for whoever has the file system.
func TestLock(t *testing.T) {
	f := tree(t)
	unlock, err := f.lock()
	must(t, err)
	g, err := f.Resolve(&specs.LinuxIntelRdt{}, "box")
	must(t, err)
	done := make(chan error, 1)
	go func() { done <- g.Create() }()
	select {
	case err := <-done:
		t.Fatal("it did not wait: ", err)
	case <-time.After(50 * time.Millisecond):
	}
	same(t, "made while it waits", f.there("box"), false)
	unlock()
	must(t, <-done)
	same(t, "made", f.there("box"), true)
}

// TestNoDescriptorIsLeft: whatever becomes of it.
func TestNoDescriptorIsLeft(t *testing.T) {
	f := tree(t)
	before := descriptors(t)
	for _, c := range []specs.LinuxIntelRdt{{}, {ClosID: "gold", L3CacheSchema: "L3:0=1"}, {ClosID: "absent"}, {EnableMonitoring: true}} {
		if g, err := f.Resolve(&c, "box"); err == nil {
			err = g.Create()
			t.Log(err, g.Join(1), g.Update(&specs.LinuxIntelRdt{L3CacheSchema: "L3:0=1"}))
		}
	}
	Find()
	same(t, "descriptors", descriptors(t), before)
}

func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	return len(list)
}

// TestFind: it is mounted, or the message says what to do.
func TestFind(t *testing.T) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	must(t, err)
	f, err := Find()
	if strings.Contains(string(mounts), " - resctrl ") {
		must(t, err)
		same(t, "its file", isDirectory(f.Root+"/info"), true)
		return
	}
	types, _ := os.ReadFile("/proc/filesystems")
	want := "CONFIG_X86_CPU_RESCTRL"
	if strings.Contains(string(types), "\tresctrl\n") {
		want = "mount -t resctrl resctrl /sys/fs/resctrl"
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v; want %s", err, want)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("    L3:0=00f;1=7f0\n    MB:0= 20;1=100\n", "L3:1=7f0")
	f.Add("L3", "=;=")
	f.Fuzz(func(t *testing.T, have, want string) {
		line, same := compare(have, want)
		if same && !strings.Contains(have, line) {
			t.Errorf("%q is not in %q", line, have)
		}
		// A line has its own values, if it is one.
		if _, same := compare(want, want); !same && !strings.Contains(want, "\n") && want != "" {
			t.Errorf("%q is not %q", want, want)
		}
	})
}
