package oci_test

import (
	"os"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func TestReadonlyRoot(t *testing.T) {
	t.Parallel()
	out := says(t, "touch /x 2>&1; touch /tmp/x 2>&1; touch /dev/x && echo dev; cat /proc/self/mountinfo", func(s *specs.Spec) { s.Root.Readonly = true })
	has(t, out, "touch: /x: Read-only file system\ntouch: /tmp/x: Read-only file system\ndev\n")
	same(t, "root", at(t, mountsIn(out), "/").options, "ro,relatime")
}

func TestRootPathForms(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "ls -d /bin") })
	for _, path := range []string{"rootfs", "./rootfs", b.rootfs(), "rootfs/../rootfs", "link"} {
		os.Symlink("rootfs", b.dir+"/link")
		b.change(func(s *specs.Spec) { s.Root.Path = path })
		same(t, path, b.run(), "/bin\n")
	}
	for _, path := range []string{"absent", "config.json", ""} {
		b.change(func(s *specs.Spec) { s.Root.Path = path })
		b.bad([]string{"root"}, "run", b.id)
	}
}
