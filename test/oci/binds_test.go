package oci_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func TestBinds(t *testing.T) {
	t.Parallel()
	dir := volume(t)
	must(t, os.MkdirAll(dir+"/sub/deep", 0o755))
	b := newBundle(t, func(s *specs.Spec) {
		script(s, "cat /file /etc/there /new/dirs/file /mnt/file; cd /mnt/sub/deep; pwd; cat /rel/file /image/file; stat -c %F /new/dirs/file /mnt; stat -c %a /new /new/dirs")
		s.Mounts = append(s.Mounts, bind(dir+"/file", "/file"), bind(dir+"/file", "/etc/there"), bind(dir+"/file", "/new/dirs/file"),
			bind(dir, "/mnt"), bind("relative", "/rel"), bind(dir, "/to-image"))
	})
	must(t, os.WriteFile(b.rootfs()+"/etc/there", []byte("below\n"), 0o644))
	must(t, os.Mkdir(b.dir+"/relative", 0o755))
	must(t, os.WriteFile(b.dir+"/relative/file", []byte("relative\n"), 0o644))
	// Links in a target stay inside the root.
	must(t, os.Mkdir(b.rootfs()+"/image", 0o755))
	must(t, os.Symlink("/../../image", b.rootfs()+"/to-image"))
	same(t, "output", b.run(), strings.Repeat("content\n", 4)+"/mnt/sub/deep\nrelative\ncontent\nregular file\ndirectory\n755\n755\n")
	same(t, "what was below", strings.Contains(string(readFile(t, b.rootfs()+"/etc/there")), "below"), true)
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return text
}

// TestLinksInTargets follows links of an image as the container sees them, and
// makes nothing outside of it.
func TestLinksInTargets(t *testing.T) {
	t.Parallel()
	dir := volume(t)
	outside := filepath.Join(ownDir, "outside")
	must(t, os.RemoveAll(outside))
	for _, link := range []string{outside, "../../../../../../../../.." + outside} {
		b := newBundle(t, func(s *specs.Spec) {
			script(s, "cat /link/sub/file")
			s.Mounts = append(s.Mounts, bind(dir, "/link/sub"))
		})
		must(t, os.Symlink(link, b.rootfs()+"/link"))
		same(t, link, b.run(), "content\n")
		if _, err := os.Lstat(outside); err == nil {
			t.Errorf("%s was made on the host", outside)
		}
	}
	for _, m := range []specs.Mount{bind(dir, "/self"), {Destination: "/self", Type: "tmpfs"}, {Destination: "/proc", Type: "proc"}} {
		b := newBundle(t, func(s *specs.Spec) { s.Mounts = []specs.Mount{m} })
		must(t, os.RemoveAll(b.rootfs()+"/proc"))
		for _, name := range []string{"self", "proc"} {
			must(t, os.Symlink(name, b.rootfs()+"/"+name)) // a circle
		}
		b.bad([]string{m.Destination, "symbolic links"}, "run", b.id)
	}
}

// TestDanglingLinks are targets that lead to nothing yet, as an image's
// /etc/resolv.conf or /var/run often does: what is missing is made in the root.
func TestDanglingLinks(t *testing.T) {
	t.Parallel()
	dir := volume(t)
	b := newBundle(t, func(s *specs.Spec) {
		script(s, "cat /etc/resolv.conf /run/resolve/stub /var/run/secrets/file /run/secrets/file; stat -f -c %T /run/new; pwd")
		s.Mounts = append(s.Mounts, bind(dir+"/file", "/etc/resolv.conf"), bind(dir, "/var/run/secrets"), specs.Mount{Destination: "/var/run/new", Type: "tmpfs"})
		s.Process.Cwd = "/var/run/work"
	})
	must(t, os.Symlink("../run/resolve/stub", b.rootfs()+"/etc/resolv.conf"))
	must(t, os.Mkdir(b.rootfs()+"/var", 0o755))
	must(t, os.Symlink("/run", b.rootfs()+"/var/run"))
	same(t, "output", b.run(), strings.Repeat("content\n", 4)+"tmpfs\n/run/work\n")
}

// TestKernelFileSystemsOnLinks are not mounted where a link of the image leads.
func TestKernelFileSystemsOnLinks(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"proc", "sys"} {
		b := newBundle(t, nil)
		must(t, os.RemoveAll(b.rootfs()+"/"+name))
		must(t, os.Symlink("tmp", b.rootfs()+"/"+name))
		b.bad([]string{"/" + name}, "run", b.id)
	}
}

func TestMissingSource(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { s.Mounts = append(s.Mounts, bind("/no/where", "/mnt")) })
	b.bad([]string{"mounts[7]", "/mnt", "/no/where"}, "run", b.id)
	if len(b.left()) > 0 {
		t.Error(b.left())
	}
}

func TestFileOnDirectory(t *testing.T) {
	t.Parallel()
	dir := volume(t)
	b := newBundle(t, func(s *specs.Spec) { s.Mounts = append(s.Mounts, bind(dir+"/file", "/mnt")) })
	b.bad([]string{"/mnt"}, "run", b.id)
	b.change(func(s *specs.Spec) { s.Mounts[len(s.Mounts)-1] = bind(dir, "/bin/busybox") })
	b.bad([]string{"/bin/busybox"}, "run", b.id)
}
