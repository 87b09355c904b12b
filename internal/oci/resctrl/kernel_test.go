package resctrl

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// TestMain is also the process that tests put into groups: it waits until the
// other end of its standard input is closed.
func TestMain(m *testing.M) {
	if os.Getenv("ISLE_TEST_RESCTRL") != "" {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func process(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), "ISLE_TEST_RESCTRL=wait")
	end, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { end.Close(); cmd.Wait() })
	return cmd.Process.Pid
}

// kernfs is a directory in which the kernel fills those that are made, moves
// processes that are written to tasks, and removes all with rmdir, as in resctrl:
// a cgroup of version 1.
func kernfs(t *testing.T) FS {
	t.Helper()
	files, _ := filepath.Glob("/sys/fs/cgroup/*/tasks")
	for _, file := range files {
		dir := filepath.Join(filepath.Dir(file), "isle-test-resctrl-"+strconv.Itoa(os.Getpid()))
		if strings.Contains(file, "cpuset") || os.Mkdir(dir, 0o755) != nil {
			continue // processors would have to be given first
		}
		t.Cleanup(func() { must(t, Remove(dir)) })
		return FS{dir}
	}
	t.Skip("no cgroup of version 1 here that this user may divide: ", files)
	return FS{}
}

// TestKernel makes, joins and removes groups where the kernel plays its part.
func TestKernel(t *testing.T) {
	f := kernfs(t)
	pid := process(t)
	in := func(group string) bool {
		text, err := os.ReadFile(f.Root + "/" + group + "/tasks")
		must(t, err)
		return strings.Contains("\n"+string(text), "\n"+strconv.Itoa(pid)+"\n")
	}
	g, err := f.Resolve(&specs.LinuxIntelRdt{}, "box")
	must(t, err)
	must(t, g.Create())
	must(t, g.Join(pid))
	same(t, "in its group", in("box"), true)
	must(t, os.WriteFile(filepath.Dir(f.Root)+"/tasks", []byte(strconv.Itoa(pid)), 0))
	must(t, Remove(g.Made))
	must(t, Remove(g.Made)) // there is nothing to remove any more
	same(t, "removed", f.there("box"), false)

	must(t, os.Mkdir(f.Root+"/gold", 0o755))
	must(t, os.Mkdir(f.Root+"/gold/mon_groups", 0o755))
	t.Cleanup(func() { must(t, Remove(f.Root+"/gold/mon_groups")); must(t, Remove(f.Root+"/gold")) })
	g, err = f.Resolve(&specs.LinuxIntelRdt{ClosID: "gold", EnableMonitoring: true}, "box")
	must(t, err)
	must(t, g.Create())
	must(t, g.Join(pid))
	same(t, "in the group that counts", in("gold/mon_groups/box"), true)
	must(t, os.WriteFile(filepath.Dir(f.Root)+"/tasks", []byte(strconv.Itoa(pid)), 0))
	must(t, Remove(g.Made))
	same(t, "removed", f.there("gold/mon_groups/box"), false)
	same(t, "the named group is there", f.there("gold"), true)

	if err := g.Join(1 << 22); err == nil || strings.Count(err.Error(), f.Root) != 1 {
		t.Error("a process that is not there: ", err)
	}
	g, err = f.Resolve(&specs.LinuxIntelRdt{L3CacheSchema: "L3:0=1"}, "box")
	must(t, err)
	if err := g.Create(); err == nil { // it has no schemata, and none can be made
		t.Error("shares of a file system without schemata")
	}
	same(t, "left", f.there("box"), false)
}

// TestHardware does the same where the processor and the kernel have resctrl.
func TestHardware(t *testing.T) {
	f, err := Find()
	if err != nil {
		t.Skip(err)
	}
	if os.Geteuid() != 0 {
		t.Skip("only root makes groups")
	}
	pid, id := process(t), "isle-test-"+strconv.Itoa(os.Getpid())
	g, err := f.Resolve(&specs.LinuxIntelRdt{}, id)
	must(t, err)
	must(t, g.Create())
	t.Cleanup(func() { must(t, Remove(g.Made)) })
	must(t, g.Join(pid))
	text, err := os.ReadFile(g.Dir + "/tasks")
	must(t, err)
	if !strings.Contains("\n"+string(text), "\n"+strconv.Itoa(pid)+"\n") {
		t.Errorf("process %d is not among %q", pid, text)
	}
	schemata, err := os.ReadFile(g.Dir + "/schemata")
	must(t, err)
	for line := range strings.Lines(string(schemata)) {
		must(t, g.Update(&specs.LinuxIntelRdt{Schemata: []string{strings.TrimSpace(line)}}))
	}
}
