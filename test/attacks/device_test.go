package attacks

import (
	"os"
	"path/filepath"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// ownNull lies a null device of this test's over the host's, in the tests' own
// mount namespace: what an attack does to it, it does not do to the host's.
func ownNull(t *testing.T) (node string) {
	t.Helper()
	dir, err := os.MkdirTemp(ownDir, "dev-")
	must(t, err)
	must(t, unix.Mount("tmpfs", dir, "tmpfs", 0, ""))
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH); os.Remove(dir) })
	node = filepath.Join(dir, "null")
	must(t, unix.Mknod(node, unix.S_IFCHR, int(unix.Mkdev(1, 3))))
	must(t, os.Chmod(node, 0o666))
	must(t, unix.Mount(node, "/dev/null", "", unix.MS_BIND, ""))
	t.Cleanup(func() { must(t, unix.Unmount("/dev/null", 0)) })
	return node
}

// TestMaskedDeviceMode: a path is hidden by the host's null device, and the
// container changes the mode of that for all of the host.
func TestMaskedDeviceMode(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs to be root on the host")
	}
	node := ownNull(t)
	harmed := func() bool {
		info, err := os.Stat(node)
		must(t, err)
		return info.Mode().Perm() != 0o666
	}
	attack := func(change func(b *bundle)) *bundle {
		return newBundle(t, func(b *bundle) {
			must(t, os.Symlink("busybox", b.rootfs("bin/chmod")))
			must(t, os.WriteFile(b.rootfs("tmp/hidden"), nil, 0o644))
			b.spec.Linux.MaskedPaths = []string{"/tmp/hidden", "/proc/keys"}
			b.script("chmod 600 /tmp/hidden; chmod 600 /proc/keys; chmod 600 /dev/null; echo written >/tmp/hidden && cat /tmp/hidden")
			if change != nil {
				change(b)
			}
		})
	}
	b := attack(func(b *bundle) {
		b.spec.Mounts = append(b.spec.Mounts, specs.Mount{Destination: "/dev/null", Type: "bind", Source: "/dev/null", Options: []string{"bind"}})
	})
	if r := b.naive(); !harmed() {
		t.Error("the naive runtime withstood: ", r)
	}
	must(t, os.Chmod(node, 0o666))
	for _, change := range []func(*bundle){nil, (*bundle).userNamespace} {
		b := attack(change)
		if r := b.isle("run", b.id); harmed() || r.code != 0 {
			t.Error(r)
		}
	}
}
