package attacks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// linkTo makes a path of the image a link.
func (b *bundle) linkTo(target, name string) {
	b.t.Helper()
	must(b.t, os.RemoveAll(b.rootfs(name)))
	must(b.t, os.Symlink(target, b.rootfs(name)))
}

// volume is a mount of a directory of the host's that belongs to the container.
func (b *bundle) volume(destination string) string {
	b.t.Helper()
	dir := filepath.Join(b.dir, "volume")
	must(b.t, os.MkdirAll(dir, 0o755))
	b.spec.Mounts = append(b.spec.Mounts, specs.Mount{Destination: destination, Type: "bind", Source: dir, Options: []string{"bind"}})
	return dir
}

// TestImageDevLink: the image's /dev is a link, and what the runtime removes and
// makes in it is removed and made on the host (CVE-2026-41579, CVE-2026-47766).
func TestImageDevLink(t *testing.T) {
	attack := func() *bundle {
		return newBundle(t, func(b *bundle) {
			b.unmount("/dev")
			b.linkTo(b.host(""), "dev")
			b.spec.Process.Args = []string{"/bin/true"}
			must(t, os.WriteFile(b.host("ptmx"), nil, 0o600))
		})
	}
	harmed := func(b *bundle) bool {
		list, err := os.ReadDir(b.host(""))
		must(t, err)
		info, err := os.Lstat(b.host("ptmx"))
		return len(list) != 2 || err != nil || !info.Mode().IsRegular()
	}
	b := attack()
	if r := b.naive(); !harmed(b) {
		t.Error("the naive runtime withstood: ", r)
	}
	peers(t, attack, func(b *bundle, _ result) bool { return harmed(b) })
	b = attack()
	if r := b.isle("run", b.id); harmed(b) {
		t.Error("the host's files were changed: ", r)
	}
}

// TestMountTargetLink: the way to a mount's target leads out of the root
// (CVE-2019-18837, CVE-2021-30465, CVE-2024-45310).
func TestMountTargetLink(t *testing.T) {
	attack := func() *bundle {
		return newBundle(t, func(b *bundle) {
			b.linkTo(b.host(""), "data")
			b.spec.Mounts = append(b.spec.Mounts, specs.Mount{Destination: "/data/made", Type: "tmpfs", Source: "tmpfs"})
			b.spec.Process.Args = []string{"/bin/true"}
		})
	}
	harmed := func(b *bundle) bool { _, err := os.Stat(b.host("made")); return err == nil }
	b := attack()
	if r := b.naive(); !harmed(b) {
		t.Error("the naive runtime withstood: ", r)
	}
	peers(t, attack, func(b *bundle, _ result) bool { return harmed(b) })
	b = attack()
	if r := b.isle("run", b.id); harmed(b) || r.code != 0 && !strings.Contains(r.out, "/data is a symbolic link") {
		t.Error("a directory on the host, or no reason: ", r)
	}
}

// TestNullLink: the image's /dev/null is a link, so that what hides a path is a
// file of the container's (CVE-2025-31133).
func TestNullLink(t *testing.T) {
	attack := func() *bundle {
		return newBundle(t, func(b *bundle) {
			b.unmount("/dev")
			b.linkTo("/tmp/bait", "dev/null")
			must(t, os.WriteFile(b.rootfs("tmp/bait"), []byte("bait\n"), 0o644))
			must(t, os.WriteFile(b.rootfs("tmp/hidden"), []byte("hidden\n"), 0o644))
			b.spec.Linux.MaskedPaths = []string{"/tmp/hidden"}
			b.script("cat /tmp/hidden")
		})
	}
	b := attack()
	if r := b.naive(); !strings.Contains(r.out, "bait") {
		t.Error("the naive runtime withstood: ", r)
	}
	peers(t, attack, func(_ *bundle, r result) bool { return strings.Contains(r.out, "bait") })
	r := b.isle("run", b.id)
	if strings.Contains(r.out, "bait") || strings.Contains(r.out, "hidden\n") || r.code == 0 || !strings.Contains(r.out, "/dev/null") {
		t.Error(r)
	}
}

// TestProcLink: the image's /proc or /sys is a link, so that the file system is
// mounted where nothing of it is hidden (CVE-2019-19921, CVE-2023-27561).
func TestProcLink(t *testing.T) {
	for _, name := range []string{"proc", "sys"} {
		attack := func() *bundle {
			return newBundle(t, func(b *bundle) {
				b.linkTo("tmp/elsewhere", name)
				must(t, os.Mkdir(b.rootfs("tmp/elsewhere"), 0o755))
				b.unmount("/sys/fs")
				b.script("test -d /tmp/elsewhere/fs && echo mounted elsewhere")
			})
		}
		b := attack()
		if r := b.naive(); !strings.Contains(r.out, "mounted elsewhere") {
			t.Error(name, ": the naive runtime withstood: ", r)
		}
		peers(t, attack, func(_ *bundle, r result) bool { return strings.Contains(r.out, "mounted elsewhere") })
		if r := b.isle("run", b.id); r.code == 0 || strings.Contains(r.out, "mounted") || !strings.Contains(r.out, "/"+name) {
			t.Error(name, ": ", r)
		}
	}
}

// TestFakeProc: a volume lies over /proc, and what the runtime writes to its own
// files there goes to the volume's (CVE-2019-16884, CVE-2025-52881).
func TestFakeProc(t *testing.T) {
	attack := func() (b *bundle, dir string) {
		b = newBundle(t, func(b *bundle) {
			dir = b.volume("/proc")
			must(t, os.MkdirAll(dir+"/self", 0o755))
			must(t, os.MkdirAll(dir+"/sys/kernel", 0o755))
			for _, f := range []string{"/self/oom_score_adj", "/sys/kernel/msgmax"} {
				must(t, os.WriteFile(dir+f, []byte("fake"), 0o666))
			}
			adj := 500
			b.spec.Process.OOMScoreAdj = &adj
			b.spec.Linux.Sysctl = map[string]string{"kernel.msgmax": "4000"}
			b.spec.Process.Args = []string{"/bin/true"}
			b.spec.Linux.MaskedPaths, b.spec.Linux.ReadonlyPaths = nil, nil
		})
		return b, dir
	}
	written := func(dir string) bool {
		a, err := os.ReadFile(dir + "/self/oom_score_adj")
		must(t, err)
		c, err := os.ReadFile(dir + "/sys/kernel/msgmax")
		must(t, err)
		return string(a)+string(c) != "fakefake"
	}
	b, dir := attack()
	if r := b.naive(); !written(dir) {
		t.Error("the naive runtime withstood: ", r)
	}
	b, dir = attack()
	if r := b.isle("run", b.id); written(dir) || r.code == 0 && r.out != "" || r.code != 0 && !strings.Contains(r.out, "proc") {
		t.Error(r)
	}
}
