package resctrl

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// tree copies what resctrl looks like on a machine with two caches and one group,
// "gold", as ordinary files. The kernel fills the directories that are made in it;
// here nobody does, and what is written there makes the file.
func tree(t *testing.T) FS {
	t.Helper()
	root := t.TempDir()
	files := map[string]string{
		"info/last_cmd_status": "ok\n", "info/L3/cbm_mask": "7ff\n", "info/L3/num_closids": "16\n", "info/MB/min_bandwidth": "10\n",
		"schemata": "    L3:0=7ff;1=7ff\n    MB:0=100;1=100\n", "tasks": "1\n", "cpus": "f\n", "mode": "shareable\n",
		"gold/schemata": "    L3:0=00f;1=7f0\n    MB:0= 20;1=100\n", "gold/tasks": "", "gold/cpus": "0\n",
	}
	for name, content := range files {
		must(t, os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o755))
		must(t, os.WriteFile(filepath.Join(root, name), []byte(content), 0o644))
	}
	for _, name := range []string{"mon_groups", "mon_data", "gold/mon_groups", "gold/mon_data"} {
		must(t, os.Mkdir(filepath.Join(root, name), 0o755))
	}
	return FS{root}
}

// read is a file of the tree, "-" without it.
func (f FS) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(f.Root, name))
	if errors.Is(err, fs.ErrNotExist) {
		return "-"
	}
	must(t, err)
	return strings.TrimSuffix(string(text), "\n")
}

func (f FS) there(name string) bool { return isDirectory(filepath.Join(f.Root, name)) }

// TestEnter goes through the rules of the specification. The last line that is
// written to an ordinary file is all of it; TestOrder sees them all.
func TestEnter(t *testing.T) {
	for _, c := range []struct {
		rule            string
		config          specs.LinuxIntelRdt
		made            string // what is removed with the container
		group, schemata string
		monitor         string
	}{
		{rule: "no closID", made: "box", group: "box", schemata: "-"},
		{rule: "no closID, shares", config: specs.LinuxIntelRdt{L3CacheSchema: "L3:0=f"}, made: "box", group: "box", schemata: "L3:0=f"},
		{rule: "no closID, bandwidth", config: specs.LinuxIntelRdt{MemBwSchema: "MB:0=10"}, made: "box", group: "box", schemata: "MB:0=10"},
		{rule: "the top", config: specs.LinuxIntelRdt{ClosID: "/"}, group: ".", schemata: "    L3:0=7ff;1=7ff\n    MB:0=100;1=100"},
		{rule: "the top, counted", config: specs.LinuxIntelRdt{ClosID: "/", EnableMonitoring: true}, made: "mon_groups/box", group: ".",
			schemata: "    L3:0=7ff;1=7ff\n    MB:0=100;1=100", monitor: "mon_groups/box"},
		{rule: "there", config: specs.LinuxIntelRdt{ClosID: "gold"}, group: "gold", schemata: "    L3:0=00f;1=7f0\n    MB:0= 20;1=100"},
		{rule: "there, counted", config: specs.LinuxIntelRdt{ClosID: "gold", EnableMonitoring: true}, made: "gold/mon_groups/box", group: "gold",
			schemata: "    L3:0=00f;1=7f0\n    MB:0= 20;1=100", monitor: "gold/mon_groups/box"},
		{rule: "there, the same shares", config: specs.LinuxIntelRdt{ClosID: "gold", L3CacheSchema: "L3:1=7F0;0=0xf", MemBwSchema: "MB:0=20"}, group: "gold", schemata: "MB:0=20"},
		{rule: "there, schemata are not compared", config: specs.LinuxIntelRdt{ClosID: "gold", Schemata: []string{"L3:0=1"}}, group: "gold", schemata: "L3:0=1"},
		{rule: "to be made", config: specs.LinuxIntelRdt{ClosID: "new", Schemata: []string{"L3:0=1", "MB:0=50"}}, group: "new", schemata: "MB:0=50"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			f := tree(t)
			g, err := f.Resolve(&c.config, "box")
			must(t, err)
			same(t, "to be made", g.Made, f.path(c.made))
			same(t, "there before", c.made != "" && f.there(c.made), false)
			must(t, g.Create())
			same(t, "made", g.Made, f.path(c.made))
			must(t, g.Join(4711))
			same(t, "tasks", f.read(t, c.group+"/tasks"), "4711")
			same(t, "schemata", f.read(t, c.group+"/schemata"), c.schemata)
			if c.monitor != "" {
				same(t, "tasks that are counted", f.read(t, c.monitor+"/tasks"), "4711")
			}
			for _, other := range []string{".", "gold"} {
				if other != c.group {
					same(t, other+" is as it was", f.read(t, other+"/schemata"), tree(t).read(t, other+"/schemata"))
				}
			}
		})
	}
}

// path is a directory of the tree, "" for none.
func (f FS) path(name string) string {
	if name == "" {
		return ""
	}
	return f.Root + "/" + name
}

// TestRefusals: nothing is made, nothing is written.
func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, c := range []struct {
		id     string
		config specs.LinuxIntelRdt
		words  string
	}{
		{"box", specs.LinuxIntelRdt{ClosID: "absent"}, "there is no group"},
		{"box", specs.LinuxIntelRdt{ClosID: "absent", EnableMonitoring: true}, "there is no group"},
		{"box", specs.LinuxIntelRdt{ClosID: "gold", L3CacheSchema: "L3:0=1f"}, `"L3:0=00f;1=7f0", not "L3:0=1f"`},
		{"box", specs.LinuxIntelRdt{ClosID: "gold", L3CacheSchema: "L3:0=f", MemBwSchema: "MB:0=2"}, `not "MB:0=2"`},
		{"box", specs.LinuxIntelRdt{ClosID: "gold", L3CacheSchema: "L3:2=f"}, "L3:2=f"},
		{"box", specs.LinuxIntelRdt{ClosID: "gold", L3CacheSchema: "L2:0=f"}, "L2:0=f"},
		{"box", specs.LinuxIntelRdt{ClosID: "/", MemBwSchema: "MB:0=20"}, "MB:0=20"},
		{"box", specs.LinuxIntelRdt{ClosID: "info"}, `"info"`},
		{"mon_groups", specs.LinuxIntelRdt{}, `"mon_groups"`},
		{"..", specs.LinuxIntelRdt{}, `".."`},
		{"/", specs.LinuxIntelRdt{}, `"/"`},
		{"", specs.LinuxIntelRdt{}, `""`},
		{"a/b", specs.LinuxIntelRdt{EnableMonitoring: true, ClosID: "gold"}, "cannot be"},
		{"box", specs.LinuxIntelRdt{ClosID: "../gold"}, `"../gold"`},
		{"box", specs.LinuxIntelRdt{Schemata: []string{"L3:0=f\nL3:1=f"}}, "one line"},
		{"box", specs.LinuxIntelRdt{Schemata: []string{long}}, "one line"},
	} {
		f := tree(t)
		before := listing(t, f.Root)
		g, err := f.Resolve(&c.config, c.id)
		if err == nil {
			err = g.Create()
		}
		if err == nil || !strings.Contains(err.Error(), c.words) || len(err.Error()) > 400 {
			t.Errorf("%q %+v: %v; want %s", c.id, c.config, err, c.words)
		}
		if g != nil {
			same(t, "made", g.Made, "")
		}
		same(t, "the tree", listing(t, f.Root), before)
	}
}

// TestFailuresLeaveNothing: what was made before something failed is not there
// any more, and the file system's own words are in the message.
func TestFailuresLeaveNothing(t *testing.T) {
	f := tree(t)
	must(t, os.WriteFile(f.Root+"/info/last_cmd_status", []byte("Out of RMIDs\n"), 0o644))
	before := listing(t, f.Root)
	c := specs.LinuxIntelRdt{EnableMonitoring: true} // its own mon_groups are not made here
	g, err := f.Resolve(&c, "box")
	must(t, err)
	err = g.Create()
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "(Out of RMIDs)") || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	same(t, "made", g.Made, "")
	same(t, "the tree", listing(t, f.Root), before)

	must(t, os.Mkdir(f.Root+"/gold/mon_groups/box", 0o755)) // somebody else's
	g, err = f.Resolve(&specs.LinuxIntelRdt{ClosID: "gold", EnableMonitoring: true}, "box")
	must(t, err)
	same(t, "to be made", g.Made, "")
	if err = g.Create(); !errors.Is(err, unix.EEXIST) {
		t.Error("a group that counts for two: ", err)
	}
	same(t, "made", g.Made, "")
	same(t, "somebody else's is there", f.there("gold/mon_groups/box"), true)
}

// TestLeftover: a directory of the container's id that is there already is taken,
// and stays.
func TestLeftover(t *testing.T) {
	f := tree(t)
	g, err := f.Resolve(&specs.LinuxIntelRdt{L3CacheSchema: "L3:0=1"}, "gold")
	must(t, err)
	same(t, "to be made", g.Made, "")
	must(t, g.Create())
	same(t, "made", g.Made, "")
	same(t, "schemata", f.read(t, "gold/schemata"), "L3:0=1")

	g, err = f.Resolve(&specs.LinuxIntelRdt{}, "late")
	must(t, err)
	same(t, "to be made", g.Made, f.Root+"/late")
	must(t, os.Mkdir(f.Root+"/late", 0o755)) // by somebody who was faster
	must(t, g.Create())
	same(t, "made", g.Made, "")
}

// listing is all that is in a directory: names and contents.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var text []byte
			text, err = os.ReadFile(path)
			path += " " + string(text)
		}
		lines = append(lines, path)
		return err
	}))
	return strings.Join(lines, "\n")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
