package attacks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestExecInherits: what the caller of exec has of descriptors, groups, variables
// and inheritable capabilities does not reach the process in the container.
func TestExecInherits(t *testing.T) {
	b := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/sleep", "1000"} })
	if r := b.isle("run", "--detach", b.id); r.code != 0 {
		t.Fatal(r)
	}
	tell := "for fd in 3 4 5 6 7 8 9; do cat /proc/self/fd/$fd/canary /proc/self/fd/$fd" + b.host("canary") + "; done; cat canary; id -G; grep CapInh /proc/self/status; echo secret=$SECRET"
	leak := func(cmd *exec.Cmd) *exec.Cmd {
		leaked(b)(cmd)
		cmd.Env = append(os.Environ(), "SECRET=told")
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Groups: []uint32{4, 27}}, AmbientCaps: []uintptr{unix.CAP_NET_RAW}}
		return cmd
	}
	all := []string{unharmed, "4 27", "CapInh:\t0000000000002000", "secret=told"}
	r := finish(t, leak(exec.Command(naive, "exec", b.pid(), "/bin/sh", "-c", tell)))
	for _, word := range all {
		if !strings.Contains(r.out, word) {
			t.Errorf("the naive runtime does not leak %q: %v", word, r)
		}
	}
	for _, cwd := range []string{"/", "/proc/self/fd/3", "/proc/thread-self/fd/3"} {
		cmd := exec.Command(isle, "oci", "--root", filepath.Join(b.dir, "state"), "exec", "--cwd", cwd, b.id, "/bin/sh", "-c", tell)
		r := finish(t, leak(cmd))
		for _, word := range all {
			if strings.Contains(r.out, word) {
				t.Errorf("%s: isle leaks %q: %v", cwd, word, r)
			}
		}
		if ran := strings.Contains(r.out, "secret="); ran != (cwd == "/") {
			t.Errorf("%s: %v", cwd, r)
		}
	}
}
