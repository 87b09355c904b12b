package checkpoint_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestMounts restores binds of directories and files, with what is mounted below
// them, from wherever their sources are by then.
func TestMounts(t *testing.T) {
	needs(t)
	dir := t.TempDir()
	for _, name := range []string{"old", "new"} {
		sub := filepath.Join(dir, name, "sub")
		must(t, os.MkdirAll(sub, 0o755))
		must(t, os.WriteFile(filepath.Join(dir, name, "file"), []byte(name), 0o644))
		must(t, unix.Mount("tmpfs", sub, "tmpfs", 0, "size=1m"))
		t.Cleanup(func() { unix.Unmount(sub, unix.MNT_DETACH) })
		must(t, os.WriteFile(filepath.Join(sub, "below"), []byte("below "+name), 0o644))
	}
	b := newBox(t, counter, nil)
	own := b.spec.Mounts
	sources := func(name string) {
		b.spec.Mounts = append(own[:len(own):len(own)],
			specs.Mount{Destination: "/link/data", Type: "bind", Source: filepath.Join(dir, name), Options: []string{"rbind", "ro"}},
			specs.Mount{Destination: "/tmp/file", Type: "bind", Source: filepath.Join(dir, name, "file"), Options: []string{"bind"}})
		b.write()
	}
	must(t, os.Mkdir(filepath.Join(b.dir, "rootfs/real"), 0o755))
	must(t, os.Symlink("/real", filepath.Join(b.dir, "rootfs/link")))
	sources("old")
	out := b.start()
	out.after(5)
	b.seesMounts("old")
	b.checkpoint()
	last := counts(t, out.whole(), 1)
	sources("new")
	// As on a host where the root file system was made anew.
	must(t, os.Remove(filepath.Join(b.dir, "rootfs/tmp/file")))
	must(t, os.Remove(filepath.Join(b.dir, "rootfs/real/data")))
	counts(t, b.restore().after(5), last+1)
	b.seesMounts("new")
	b.end()
}

// TestMountPointLink restores where the image's way to a mount has become a link
// to a directory of the host: nothing is made there, and nothing mounted.
func TestMountPointLink(t *testing.T) {
	needs(t)
	source, host := t.TempDir(), t.TempDir()
	b := newBox(t, counter, func(s *specs.Spec) {
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/data/sub", Type: "bind", Source: source, Options: []string{"bind"}})
	})
	b.start().after(1)
	b.checkpoint()
	at := filepath.Join(b.dir, "rootfs/data")
	must(t, os.RemoveAll(at))
	must(t, os.Symlink(host, at))
	status, errs := b.run(b.command("restore", "--detach", "--image-path", b.image, b.id))
	t.Logf("restore ended with status %d: %s", status, errs)
	if made, err := os.ReadDir(host); err != nil || len(made) > 0 {
		t.Errorf("on the host there is %v (%v)", made, err)
	}
	b.good("delete", "--force", b.id)
	b.gone()
}

func (b *box) seesMounts(name string) {
	b.t.Helper()
	if out := b.exec("cat", "/real/data/file", "/tmp/file", "/real/data/sub/below"); out != name+name+"below "+name {
		b.t.Errorf("the mounts hold %q, want those of %s", out, name)
	}
	if out := b.exec("sh", "-c", "touch /real/data/x 2>/dev/null || echo refused; cat /proc/keys; stat -c %F /proc/keys"); out != "refused\ncharacter special file" {
		b.t.Errorf("the read-only bind and the hidden file: %q", out)
	}
}

// TestReadonlyRoot restores a root that is read-only, and is to be so again.
func TestReadonlyRoot(t *testing.T) {
	needs(t)
	b := newBox(t, counter, func(s *specs.Spec) { s.Root.Readonly = true })
	out := b.start()
	out.after(5)
	b.checkpoint()
	last := counts(t, out.whole(), 1)
	counts(t, b.restore().after(5), last+1)
	if out := b.exec("sh", "-c", "echo >/file 2>/dev/null || echo refused"); out != "refused" {
		t.Errorf("the root after the restore: %q", out)
	}
	b.end()
	if made, _ := filepath.Glob(filepath.Join(b.dir, "rootfs/*put-root*")); len(made) > 0 {
		t.Errorf("in the root there is %v", made)
	}
}

// TestMappedMount restores a bind in which ids are mapped.
func TestMappedMount(t *testing.T) {
	needs(t)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o644))
	must(t, os.Chown(filepath.Join(dir, "file"), 1000, 1000))
	m := []specs.LinuxIDMapping{{ContainerID: 1000, HostID: 2000, Size: 1}}
	b := newBox(t, counter, func(s *specs.Spec) {
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/mnt", Type: "bind", Source: dir, Options: []string{"bind"}, UIDMappings: m, GIDMappings: m})
	})
	read, write, err := os.Pipe()
	must(t, err)
	cmd := b.command("run", "--detach", b.id)
	cmd.Stdout = write
	status, errs := b.run(cmd)
	write.Close()
	if status != 0 && strings.Contains(errs, "map the ids of") {
		t.Skip("needs a file system that can be mounted with mapped ids: ", errs)
	}
	keep(t, read).after(1)
	if out := b.exec("stat", "-c", "%u:%g", "/mnt/file"); out != "2000:2000" {
		t.Fatalf("the file is of %s", out)
	}
	b.checkpoint()
	b.restore().after(1)
	if out := b.exec("stat", "-c", "%u:%g", "/mnt/file"); out != "2000:2000" {
		t.Errorf("the file is of %s after the restore", out)
	}
	b.end()
}

// TestPropagation restores a bind at which mounts of the host arrive.
func TestPropagation(t *testing.T) {
	needs(t)
	dir := t.TempDir()
	must(t, unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"))
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	must(t, unix.Mount("", dir, "", unix.MS_SHARED, ""))
	for _, name := range []string{"one", "two"} {
		must(t, os.Mkdir(filepath.Join(dir, name), 0o755))
	}
	b := newBox(t, counter, func(s *specs.Spec) {
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/mnt", Type: "bind", Source: dir, Options: []string{"rbind", "rslave"}})
	})
	b.start().after(1)
	b.checkpoint("--leave-running")
	b.arrives(dir, "one")
	b.good("delete", "--force", b.id)
	b.restore().after(1)
	b.arrives(dir, "two")
	b.end()
}

// arrives makes a mount on the host and looks whether the container has it.
func (b *box) arrives(dir, name string) {
	b.t.Helper()
	at := filepath.Join(dir, name)
	must(b.t, unix.Mount("tmpfs", at, "tmpfs", 0, "size=1m"))
	must(b.t, os.WriteFile(filepath.Join(at, "there"), nil, 0o644))
	if out := b.exec("ls", "/mnt/"+name); out != "there" {
		b.t.Errorf("a mount on %s does not arrive: it has %q", name, out)
	}
	must(b.t, unix.Unmount(at, unix.MNT_DETACH))
}

// TestFiles restores standard outputs that are a file and the null device of
// the host, which the container has no way to.
func TestFiles(t *testing.T) {
	needs(t)
	b := newBox(t, "i=0; while :; do i=$((i+1)); echo $i; echo $i >&2; usleep 10000; done", nil)
	log := filepath.Join(b.dir, "log")
	appending := func(args ...string) {
		f, err := os.OpenFile(log, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
		must(t, err)
		defer f.Close()
		null, err := os.OpenFile("/dev/null", os.O_RDWR, 0)
		must(t, err)
		defer null.Close()
		cmd := b.command(args...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = null, f, null
		b.succeeds(cmd)
	}
	lines := func() []string {
		text, err := os.ReadFile(log)
		must(t, err)
		return strings.Fields(string(text))
	}
	appending("run", "--detach", b.id)
	await(t, "20 lines", func() bool { return len(lines()) >= 20 })
	b.checkpoint()
	last := len(lines())
	appending("restore", "--detach", "--image-path", b.image, b.id)
	await(t, "20 lines more", func() bool { return len(lines()) >= last+20 })
	counts(t, lines(), 1)
	b.end()
}

// TestNamespaces restores a container into namespaces that others have made, as
// the containers of a pod are.
func TestNamespaces(t *testing.T) {
	needs(t)
	pod := exec.Command("unshare", "--net", "--ipc", "--uts", "sh", "-c", "ip link set lo up; echo up; exec sleep 1000")
	out, err := pod.StdoutPipe()
	must(t, err)
	must(t, pod.Start())
	t.Cleanup(func() { pod.Process.Kill(); pod.Wait() })
	_, err = out.Read(make([]byte, 8))
	must(t, err)
	of := func(kind string) string { return "/proc/" + strconv.Itoa(pod.Process.Pid) + "/ns/" + kind }
	b := newBox(t, counter, func(s *specs.Spec) {
		s.Hostname = ""
		s.Linux.Namespaces = []specs.LinuxNamespace{{Type: "pid"}, {Type: "mount"}, {Type: "network", Path: of("net")}, {Type: "ipc", Path: of("ipc")}, {Type: "uts", Path: of("uts")}}
	})
	before := b.start()
	before.after(5)
	b.checkpoint()
	last := counts(t, before.whole(), 1)
	counts(t, b.restore().after(5), last+1)
	for _, kind := range []string{"net", "ipc", "uts"} {
		want, err := os.Readlink(of(kind))
		must(t, err)
		if got, _ := os.Readlink("/proc/" + strconv.Itoa(b.state().Pid) + "/ns/" + kind); got != want {
			t.Errorf("the restored process is in %s, want %s", got, want)
		}
	}
	b.end()
}

// TestUserNamespace restores a container with ids of its own.
func TestUserNamespace(t *testing.T) {
	needs(t, "userns")
	b := newBox(t, counter, func(s *specs.Spec) {
		s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.UserNamespace})
		m := []specs.LinuxIDMapping{{ContainerID: 0, HostID: 100000, Size: 65536}}
		s.Linux.UIDMappings, s.Linux.GIDMappings = m, m
	})
	must(t, filepath.Walk(filepath.Join(b.dir, "rootfs"), func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 100000, 100000)
	}))
	before := b.start()
	before.after(5)
	b.checkpoint()
	last := counts(t, before.whole(), 1)
	counts(t, b.restore().after(5), last+1)
	if out := b.exec("sh", "-c", "stat -c %u /proc/1; echo x >/dev/null && cat /dev/null"); out != "0" {
		t.Errorf("in the restored container: %q", out)
	}
	b.end()
}
