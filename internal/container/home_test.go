package container

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestDefaultStore asks for the store as a user whom a user namespace
// shows as root, which is how podman starts a runtime without root,
// and as root who is in one.
func TestDefaultStore(t *testing.T) {
	if os.Getenv("ISLE_TEST_STORE") != "" {
		os.Stdout.WriteString("store " + DefaultStore().Dir + "\n")
		return
	}
	for _, c := range []struct{ user, want string }{
		{user: "tester", want: "/somewhere/isle/oci"},
		{user: "root", want: "/run/isle/oci"},
	} {
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestDefaultStore$")
		cmd.Env = append(os.Environ(), "ISLE_TEST_STORE=1", "XDG_RUNTIME_DIR=/somewhere", "USER="+c.user)
		one := func(id int) []syscall.SysProcIDMap { return []syscall.SysProcIDMap{{HostID: id, Size: 1}} }
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, UidMappings: one(os.Getuid()), GidMappings: one(os.Getgid())}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Skipf("no user namespace here: %v", err)
		}
		if !strings.Contains(string(out), "store "+c.want+"\n") {
			t.Errorf("of %s in a user namespace: %s, not %s", c.user, out, c.want)
		}
	}
}
