package attacks

import (
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCgroupOfAnother: a configuration names a cgroup that others are in. They are
// not to end when that is refused, nor when what a create leaves is removed that
// was killed at any moment.
func TestCgroupOfAnother(t *testing.T) {
	a := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/sleep", "1000"} })
	if r := a.isle("run", "--detach", a.id); r.code != 0 {
		t.Fatal(r)
	}
	b := newBundle(t, func(b *bundle) {
		b.spec.Process.Args = []string{"/bin/true"}
		b.spec.Linux.CgroupsPath = a.spec.Linux.CgroupsPath
	})
	began := time.Now()
	if r := b.isle("create", b.id); r.code == 0 || !strings.Contains(r.out, "not empty") {
		t.Error(r)
	}
	took := time.Since(began)
	a.status("running")
	for range 20 {
		create := exec.Command(isle, "oci", "--root", filepath.Join(b.dir, "state"), "create", "--bundle", b.dir, b.id)
		must(t, create.Start())
		time.Sleep(rand.N(took))
		create.Process.Kill()
		create.Wait()
		if r := b.isle("delete", "--force", b.id); r.code != 0 {
			t.Error(r)
		}
	}
	a.status("running")
}
