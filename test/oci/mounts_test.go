package oci_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// mounted is a line of mountinfo (proc_pid_mountinfo(5)).
type mounted struct {
	root, target, options, travel, kind, source, super string
}

// mountsIn reads lines of mountinfo.
func mountsIn(text string) []mounted {
	var list []mounted
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		dash := slices.Index(words, "-")
		if dash < 6 || len(words) < dash+4 {
			continue
		}
		list = append(list, mounted{words[3], words[4], words[5], strings.Join(words[6:dash], " "), words[dash+1], words[dash+2], words[dash+3]})
	}
	return list
}

// at is the last mount on a target.
func at(t *testing.T, list []mounted, target string) mounted {
	t.Helper()
	for _, m := range slices.Backward(list) {
		if m.target == target {
			return m
		}
	}
	t.Fatalf("nothing is mounted on %s: %v", target, list)
	return mounted{}
}

// mountsOf are the mounts that a container with a further one sees.
func mountsOf(t *testing.T, extra ...specs.Mount) []mounted {
	t.Helper()
	return mountsIn(says(t, "cat /proc/self/mountinfo", func(s *specs.Spec) { s.Mounts = append(s.Mounts, extra...) }))
}

func bind(source, target string, options ...string) specs.Mount {
	return specs.Mount{Destination: target, Type: "bind", Source: source, Options: append([]string{"bind"}, options...)}
}

// volume is a directory of the host with a file in it, of a file system of its own.
func volume(t *testing.T) string {
	t.Helper()
	needsRoot(t)
	dir, err := os.MkdirTemp(ownDir, "volume-")
	must(t, err)
	must(t, unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"))
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH); os.Remove(dir) })
	must(t, os.WriteFile(filepath.Join(dir, "file"), []byte("content\n"), 0o644))
	return dir
}

func TestDefaultMounts(t *testing.T) {
	list := mountsOf(t)
	for _, c := range []struct{ target, kind, options string }{
		{"/proc", "proc", "rw,relatime"}, {"/dev", "tmpfs", "rw,nosuid"}, {"/dev/pts", "devpts", "rw,nosuid,noexec,relatime"},
		{"/dev/shm", "tmpfs", "rw,nosuid,nodev,noexec,relatime"}, {"/dev/mqueue", "mqueue", "rw,nosuid,nodev,noexec,relatime"},
		{"/sys", "sysfs", "ro,nosuid,nodev,noexec,relatime"}, {"/sys/fs/cgroup", "tmpfs", "ro,nosuid,nodev,noexec,relatime"},
	} {
		m := at(t, list, c.target)
		if m.kind == "cgroup2" { // a host of version 2
			continue
		}
		same(t, c.target, m.kind+" "+m.options, c.kind+" "+c.options)
	}
	for _, m := range list {
		if strings.Contains(m.travel, "shared") {
			t.Errorf("%s is shared", m.target)
		}
	}
}

// TestOptions gives a bind and a new file system each option that is a flag.
func TestOptions(t *testing.T) {
	for _, c := range []struct{ options, want string }{
		{"", "rw,relatime"}, {"ro", "ro,relatime"}, {"rw", "rw,relatime"}, {"nosuid", "rw,nosuid,relatime"}, {"nodev", "rw,nodev,relatime"},
		{"noexec", "rw,noexec,relatime"}, {"nosymfollow", "rw,relatime,nosymfollow"}, {"noatime", "rw,noatime"}, {"nodiratime", "rw,nodiratime,relatime"},
		{"relatime", "rw,relatime"}, {"strictatime", "rw"}, {"nosuid suid", "rw,relatime"}, {"ro rw", "rw,relatime"}, {"rw ro", "ro,relatime"},
		{"nodev dev", "rw,relatime"}, {"noexec exec", "rw,relatime"}, {"noatime relatime", "rw,relatime"}, {"noatime strictatime", "rw"},
		{"nosymfollow symfollow", "rw,relatime"}, {"nodiratime diratime", "rw,relatime"}, {"defaults", "rw,relatime"},
		{"ro nosuid nodev noexec noatime", "ro,nosuid,nodev,noexec,noatime"}, {"noatime atime", "rw,relatime"},
	} {
		t.Run(c.options, func(t *testing.T) {
			options := strings.Fields(c.options)
			list := mountsOf(t, bind(volume(t), "/mnt", options...), specs.Mount{Destination: "/new", Type: "tmpfs", Source: "new", Options: options})
			same(t, "bind", at(t, list, "/mnt").options, c.want)
			m := at(t, list, "/new")
			same(t, "new", m.options, c.want)
			same(t, "source", m.source, "new")
		})
	}
}

// TestSuperOptions are options of the file system and not of the mount. Only the
// mount is read-only: the file system is given its mode first.
func TestSuperOptions(t *testing.T) {
	for _, c := range []struct{ options, want string }{
		{"ro", "rw"}, {"sync", "rw,sync"}, {"dirsync", "rw,dirsync"}, {"sync async", "rw"}, {"lazytime", "rw,lazytime"}, {"lazytime nolazytime", "rw"}, {"mand", "rw,mand"}, {"mand nomand", "rw"},
		{"size=64k", "rw,size=64k"}, {"mode=700", "rw,mode=700"}, {"size=64k mode=711 uid=3", "rw,size=64k,mode=711,uid=3"},
		{"iversion", "rw"}, {"silent", "rw"}, {"loud", "rw"}, {"nr_inodes=10", "rw,nr_inodes=10"},
	} {
		list := mountsOf(t, specs.Mount{Destination: "/new", Type: "tmpfs", Source: "new", Options: strings.Fields(c.options)})
		m := at(t, list, "/new")
		same(t, c.options, strings.ReplaceAll(m.super, ",inode64", ""), c.want)
	}
}

func TestUnknownFileSystem(t *testing.T) {
	b := newBundle(t, func(s *specs.Spec) {
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/new", Type: "nofs", Source: "x"})
	})
	b.bad([]string{"nofs", "/new"}, "run", b.id)
	b.change(func(s *specs.Spec) {
		s.Mounts[len(s.Mounts)-1] = specs.Mount{Destination: "/new", Type: "tmpfs", Options: []string{"fly=1"}}
	})
	b.bad([]string{"/new", "fly=1"}, "run", b.id)
}

// TestRecursiveOptions are for the mounts below as well.
func TestRecursiveOptions(t *testing.T) {
	for _, c := range []struct{ options, top, below string }{
		{"rbind", "rw,relatime", "rw,relatime"}, {"rbind ro", "ro,relatime", "rw,relatime"}, {"rbind rro", "ro,relatime", "ro,relatime"},
		{"rbind rnosuid", "rw,nosuid,relatime", "rw,nosuid,relatime"}, {"rbind rnodev", "rw,nodev,relatime", "rw,nodev,relatime"},
		{"rbind rnoexec", "rw,noexec,relatime", "rw,noexec,relatime"}, {"rbind rnoatime", "rw,noatime", "rw,noatime"},
		{"rbind rstrictatime", "rw", "rw"}, {"rbind rnodiratime", "rw,nodiratime,relatime", "rw,nodiratime,relatime"},
		{"rbind rnosymfollow", "rw,relatime,nosymfollow", "rw,relatime,nosymfollow"}, {"rbind rro rw", "ro,relatime", "ro,relatime"},
		{"rbind rro rrw", "rw,relatime", "rw,relatime"}, {"rbind rnoatime rrelatime", "rw,relatime", "rw,relatime"},
		{"rbind rro nosuid rnoexec", "ro,nosuid,noexec,relatime", "ro,noexec,relatime"},
	} {
		t.Run(c.options, func(t *testing.T) {
			dir := volume(t)
			must(t, os.Mkdir(dir+"/below", 0o755))
			must(t, unix.Mount("tmpfs", dir+"/below", "tmpfs", 0, ""))
			list := mountsOf(t, specs.Mount{Destination: "/mnt", Type: "none", Source: dir, Options: strings.Fields(c.options)})
			same(t, "top", at(t, list, "/mnt").options, c.top)
			same(t, "below", at(t, list, "/mnt/below").options, c.below)
		})
	}
}

// TestRecursiveOptionsClear takes flags away that the host's mounts have.
func TestRecursiveOptionsClear(t *testing.T) {
	dir := volume(t)
	must(t, os.Mkdir(dir+"/below", 0o755))
	must(t, unix.Mount("tmpfs", dir+"/below", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_NOATIME, ""))
	must(t, unix.Mount("", dir+"/below", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_NOATIME, ""))
	same(t, "kept", at(t, mountsOf(t, bind(dir, "/mnt", "rbind")), "/mnt/below").options, "ro,nosuid,nodev,noexec,noatime")
	same(t, "cleared", at(t, mountsOf(t, bind(dir, "/mnt", "rbind", "rrw", "rsuid", "rdev", "rexec", "rrelatime")), "/mnt/below").options, "rw,relatime")
	// Without the recursive option a bind has no mounts below.
	for _, m := range mountsOf(t, bind(dir, "/mnt")) {
		if m.target == "/mnt/below" {
			t.Error("a mount below came along with bind")
		}
	}
}

func TestTmpfsMode(t *testing.T) {
	b := newBundle(t, func(s *specs.Spec) {
		script(s, "stat -c '%a %u %g' /one /two /three /four; ls /one")
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/one", Type: "tmpfs"}, specs.Mount{Destination: "/two", Type: "tmpfs"},
			specs.Mount{Destination: "/three", Type: "tmpfs", Options: []string{"mode=1777"}}, specs.Mount{Destination: "/four", Type: "tmpfs"})
	})
	for name, mode := range map[string]os.FileMode{"one": 0o750, "two": 0o700 | os.ModeSticky, "three": 0o700} {
		must(t, os.Mkdir(filepath.Join(b.rootfs(), name), 0o700))
		must(t, os.Chmod(filepath.Join(b.rootfs(), name), mode))
	}
	must(t, os.WriteFile(b.rootfs()+"/one/hidden", nil, 0o644))
	same(t, "modes", b.run(), "750 0 0\n1700 0 0\n1777 0 0\n1777 0 0\n")
}

func TestTmpcopyup(t *testing.T) {
	b := newBundle(t, func(s *specs.Spec) {
		script(s, "cd /data; find . | sort; cat a/file; stat -c '%a %u:%g' a a/file; readlink link; echo new >a/file; touch made")
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/data", Type: "tmpfs", Options: []string{"tmpcopyup"}})
		capabilities(s, "CAP_DAC_OVERRIDE")
	})
	data := b.rootfs() + "/data"
	must(t, os.MkdirAll(data+"/a", 0o755))
	must(t, os.WriteFile(data+"/a/file", []byte("old\n"), 0o600))
	must(t, os.Chown(data+"/a/file", 12, 13))
	must(t, os.Chmod(data+"/a", 0o711|os.ModeSetgid))
	must(t, os.Symlink("/etc/passwd", data+"/link"))
	same(t, "copy", b.run(), ".\n./a\n./a/file\n./link\nold\n2711 0:0\n600 12:13\n/etc/passwd\n")
	old, err := os.ReadFile(data + "/a/file")
	must(t, err)
	same(t, "what was there", string(old), "old\n")
	if _, err := os.Stat(data + "/made"); err == nil {
		t.Error("the image was written to")
	}
}
