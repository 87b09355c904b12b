package attacks

import (
	"strings"
	"testing"
)

// TestCgroupInUse: a configuration names a cgroup that others are in, who are not
// to end with what becomes of its container.
func TestCgroupInUse(t *testing.T) {
	a := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/sleep", "1000"} })
	if r := a.isle("run", "--detach", a.id); r.code != 0 {
		t.Fatal(r)
	}
	b := newBundle(t, func(b *bundle) {
		b.spec.Process.Args = []string{"/bin/true"}
		b.spec.Linux.CgroupsPath = a.spec.Linux.CgroupsPath
	})
	for _, verb := range [][]string{{"run", b.id}, {"create", b.id}, {"delete", "--force", b.id}} {
		if r := b.isle(verb...); verb[0] != "delete" && (r.code == 0 || !strings.Contains(r.out, "not empty")) {
			t.Error(verb, r)
		}
		a.status("running")
	}
}
