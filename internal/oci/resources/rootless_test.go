package resources

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestUndelegated is about a user who may make no cgroup at all. Root has nobody
// run it.
func TestUndelegated(t *testing.T) {
	if os.Geteuid() == 0 {
		asNobody(t)
		return
	}
	if os.Getenv("ISLE_TEST_NOBODY") == "" {
		t.Skip("this user may have been given a cgroup")
	}
	g := rootless(t, Config{ID: "isle-test-x", Rootless: true})
	if err := g.Create(&specs.LinuxResources{Devices: podman().Devices}); err != nil {
		t.Fatalf("without limits: %v", err)
	}
	if len(g.Trees) != 0 {
		t.Errorf("trees: %+v", g.Trees)
	}
	if err := errors.Join(g.Join(os.Getpid()), g.Signal(unix.SIGTERM), g.Delete()); err != nil {
		t.Error(err)
	}
	err := rootless(t, Config{ID: "isle-test-x", Rootless: true}).Create(podman())
	if err == nil || !strings.Contains(err.Error(), "pids") || !strings.Contains(err.Error(), "Delegate=yes") {
		t.Errorf("with a limit: %v", err)
	}
	g = rootless(t, Config{ID: "isle-test-x"})
	if err := g.Create(nil); !refused(err) || !strings.Contains(err.Error(), "make the cgroup /sys/fs/cgroup/") {
		t.Errorf("not rootless: %v", err)
	}
	g = rootless(t, Config{Path: "/isle-test-x", Rootless: true})
	if v2 := g.Trees[0].V2; (g.Create(nil) == nil) == v2 {
		t.Errorf("with a path, version 2 %v: %v", v2, g.Create(nil))
	}
}

func rootless(t *testing.T, c Config) *Group {
	t.Helper()
	g, err := Resolve(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

func asNobody(t *testing.T) {
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	cmd := exec.Command("/proc/self/fd/3", "-test.v", "-test.run", "^TestUndelegated$")
	cmd.ExtraFiles = []*os.File{self}
	cmd.Dir = "/"
	cmd.Env = []string{"ISLE_TEST_NOBODY=1"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestUndelegated ") {
		t.Errorf("%v\n%s", err, out)
	}
}
