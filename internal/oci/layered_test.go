package oci

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/sandbox"
	"isle/test/programs"
)

// layers is a container of three layers in a folder: busybox, files, and what
// takes some of those away.
func layers(t *testing.T, dir string) *Layered {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("layers are made by root here")
	}
	l := &Layered{Upper: dir + "/box/upper", Work: dir + "/box/work"}
	for _, name := range []string{"top", "middle", "base"} {
		l.Lowers = append(l.Lowers, dir+"/"+name)
	}
	for _, d := range []string{"base/bin", "base/etc/opaque", "middle/etc/opaque", "top/etc/opaque", "box/rootfs"} {
		must(t, os.MkdirAll(filepath.Join(dir, d), 0o755))
	}
	must(t, os.Chmod(l.Lowers[0], 0o751))
	must(t, programs.Busybox(dir+"/base/bin/busybox"))
	must(t, os.Symlink("busybox", dir+"/base/bin/sh"))
	for name, text := range map[string]string{"base/etc/kept": "kept", "base/etc/gone": "x", "base/etc/opaque/below": "x", "middle/etc/opaque/above": "x", "top/etc/opaque/shown": "shown"} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	must(t, os.Chown(dir+"/base/etc/kept", 7, 8))
	must(t, unix.Mknod(dir+"/top/etc/gone", unix.S_IFCHR, 0))
	for _, name := range []string{"trusted.overlay.opaque", "user.overlay.opaque"} {
		must(t, unix.Setxattr(dir+"/top/etc/opaque", name, []byte("y"), 0))
	}
	must(t, l.Make())
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// in is a container that runs a line of shell on such a root.
func in(dir string, l *Layered, line string) *Container {
	caps := []string{"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER"}
	return &Container{ID: "test", Bundle: dir, Layered: l, NoNewKeyring: true, Spec: &specs.Spec{
		Version: specs.Version,
		Root:    &specs.Root{Path: dir + "/box/rootfs"},
		Process: &specs.Process{Args: []string{"sh", "-c", line}, Cwd: "/", Env: []string{"PATH=/bin"}, Capabilities: &specs.LinuxCapabilities{Bounding: caps, Effective: caps, Permitted: caps}},
		Linux:   &specs.Linux{Namespaces: []specs.LinuxNamespace{{Type: "pid"}, {Type: "mount"}}},
	}}
}

func (c *Container) inUsers(first uint32) *Container {
	maps := []specs.LinuxIDMapping{{ContainerID: 0, HostID: first, Size: 1000}}
	c.Spec.Linux.UIDMappings, c.Spec.Linux.GIDMappings = maps, maps
	c.Spec.Linux.Namespaces = append(c.Spec.Linux.Namespaces, specs.LinuxNamespace{Type: "user"})
	return c
}

// carryOut runs it; broken is what the kernel is made not to know.
func carryOut(t *testing.T, c *Container, broken string) error {
	t.Helper()
	p, err := c.Plan()
	if err != nil {
		return err
	}
	found := broken == ""
	p.Tamper = func(b *program.Builder) {
		for n := 0; n < b.Len() && !found; n++ {
			if strings.Contains(b.Line(n), broken) {
				b.Break(n, int(unix.EINVAL))
				found = true
			}
		}
	}
	cmd := sandbox.Planned(p)
	err = cmd.Run()
	if !found {
		t.Errorf("the plan has no %s", broken)
	}
	return err
}

// look is what a container sees, in a line that it writes into its root.
const look = `busybox stat -c %a / >seen
for f in kept gone opaque/below opaque/above opaque/shown; do [ -e etc/$f ] && echo $f; done >>seen
busybox stat -c %u:%g etc/kept >>seen; busybox rm etc/kept; busybox mkdir made; busybox chown 5:6 made; busybox mv etc/opaque moved 2>/dev/null || :`

const seen = "751\nkept\nopaque/shown\n7:8\n"

func check(t *testing.T, l *Layered, owner uint32) {
	t.Helper()
	if text, err := os.ReadFile(l.Upper + "/seen"); err != nil || string(text) != seen {
		t.Errorf("seen: %q, %v", text, err)
	}
	var st unix.Stat_t
	if err := unix.Lstat(l.Upper+"/etc/kept", &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev != 0 {
		t.Errorf("what was removed is %o, %v", st.Mode, err)
	}
	if err := unix.Lstat(l.Upper+"/made", &st); err != nil || st.Uid != owner+5 || st.Gid != owner+6 {
		t.Errorf("what was made belongs to %d:%d, %v", st.Uid, st.Gid, err)
	}
	if _, err := os.Stat(l.Upper + "/moved/shown"); err != nil {
		t.Errorf("a folder that was moved is not whole: %v", err)
	}
}

func TestLayered(t *testing.T) {
	for _, way := range []struct{ name, broken string }{{"by descriptor", ""}, {"older kernel", `"lowerdir+"`}} {
		t.Run(way.name, func(t *testing.T) {
			dir := t.TempDir()
			l := layers(t, dir)
			must(t, carryOut(t, in(dir, l, look), way.broken))
			check(t, l, 0)
			if _, err := os.Stat(dir + "/box/rootfs/bin"); err == nil {
				t.Error("the root is mounted on the host")
			}
			// And once more, over what was written.
			must(t, carryOut(t, in(dir, l, "[ -d made ] && [ ! -e etc/kept ]"), way.broken))
		})
	}
}

// TestManyLayers has as many layers as overlayfs takes, with paths that are long.
func TestManyLayers(t *testing.T) {
	for _, way := range []struct{ name, broken string }{{"by descriptor", ""}, {"older kernel", `"lowerdir+"`}} {
		t.Run(way.name, func(t *testing.T) {
			dir := t.TempDir()
			l := layers(t, dir)
			long := filepath.Join(dir, strings.Repeat("a:b,c\\d", 30), strings.Repeat("x", 200))
			var more []string
			for i := range 500 - len(l.Lowers) {
				more = append(more, filepath.Join(long, fmt.Sprint(i)))
				must(t, os.MkdirAll(more[i], 0o755))
				must(t, os.WriteFile(filepath.Join(more[i], fmt.Sprint("layer", i)), nil, 0o644))
			}
			l.Lowers = append(more, l.Lowers...)
			must(t, carryOut(t, in(dir, l, look+`; set -- layer*; [ $# = 497 ]`), way.broken))
			check(t, l, 0)
		})
	}
}

func TestLayeredReadOnly(t *testing.T) {
	dir := t.TempDir()
	l := layers(t, dir)
	c := in(dir, l, `[ -e etc/kept ] && ! (: >new) 2>/dev/null`)
	c.Spec.Root.Readonly = true
	must(t, carryOut(t, c, ""))
}

func TestLayeredVolatile(t *testing.T) {
	dir := t.TempDir()
	l := layers(t, dir)
	l.Volatile = true
	must(t, carryOut(t, in(dir, l, look), ""))
	check(t, l, 0)
	if _, err := os.Stat(l.Work + "/work/incompat/volatile"); err != nil {
		t.Errorf("it was not: %v", err)
	}
}

// TestLayeredUsers: the layers belong to the ids that the container has on the host.
func TestLayeredUsers(t *testing.T) {
	dir := t.TempDir()
	l := layers(t, dir)
	open(t, dir)
	for _, d := range append([]string{l.Upper, l.Work}, l.Lowers...) {
		must(t, filepath.WalkDir(d, func(path string, e os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			st := info.Sys().(*syscall.Stat_t)
			return os.Lchown(path, int(st.Uid)+300000, int(st.Gid)+300000)
		}))
	}
	must(t, carryOut(t, in(dir, l, look).inUsers(300000), ""))
	check(t, l, 300000)
}

// TestLayeredMapped: they belong to the ids that the image has, in a folder that
// nobody but root can enter.
func TestLayeredMapped(t *testing.T) {
	dir := t.TempDir()
	l := layers(t, dir)
	must(t, os.Chmod(dir, 0o700))
	l.IDMapped = true
	err := carryOut(t, in(dir, l, look).inUsers(300000), "")
	if err != nil && strings.Contains(err.Error(), "Linux 6.5 is needed") {
		t.Skip(err)
	}
	must(t, err)
	check(t, l, 0)
	var st unix.Stat_t
	if must(t, unix.Stat(l.Upper+"/seen", &st)); st.Uid != 0 {
		t.Errorf("what the container wrote belongs to %d", st.Uid)
	}
	err = carryOut(t, in(dir, l, "true").inUsers(300000), `"lowerdir+"`)
	if err == nil || !strings.Contains(err.Error(), "6.5") {
		t.Errorf("on an older kernel: %v", err)
	}
	if err := carryOut(t, in(dir, l, "true"), ""); err == nil {
		t.Error("ids were mapped for no user namespace")
	}
}

// TestLayersMissing names the layer that is not there.
func TestLayersMissing(t *testing.T) {
	dir := t.TempDir()
	l := layers(t, dir)
	must(t, os.RemoveAll(l.Lowers[1]))
	if err := carryOut(t, in(dir, l, "true"), ""); err == nil || !strings.Contains(err.Error(), l.Lowers[1]) {
		t.Errorf("%v", err)
	}
	l.Lowers = nil
	if err := carryOut(t, in(dir, l, "true"), ""); err == nil {
		t.Error("no layers were taken for a root")
	}
}

// open lets everybody into the folders above a test's own.
func open(t *testing.T, dir string) {
	t.Helper()
	for ; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		must(t, os.Chmod(dir, 0o755))
	}
}
