package attacks

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// user is an ordinary one, whom the tests' cgroup is delegated to.
const user = 54321

// unified makes the host one that has cgroups of version 2 only, in a mount
// namespace of its own, and executes a program there.
//
//	unified PROGRAM...
func unified(args []string) error {
	if err := unifiedOnly(); err != nil {
		return err
	}
	program, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	return unix.Exec(program, args, os.Environ())
}

func unifiedOnly() error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	return unix.Mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, "")
}

// delegated joins a cgroup on such a host, and becomes an ordinary user.
//
//	delegated CGROUP PROGRAM...
func delegated(args []string) error {
	if err := unifiedOnly(); err != nil {
		return err
	}
	if err := os.WriteFile("/sys/fs/cgroup/"+args[0]+"/cgroup.procs", []byte("0"), 0); err != nil {
		return err
	}
	for _, become := range []func(int) error{func(int) error { return unix.Setgroups(nil) }, unix.Setgid, unix.Setuid} {
		if err := become(user); err != nil {
			return err
		}
	}
	return unix.Exec(args[1], args[1:], os.Environ())
}

// TestCgroupsOfOthers: an ordinary user's container sees the host's cgroups, since
// it has no cgroup namespace, and changes those that are delegated to the user
// (CVE-2023-25809).
func TestCgroupsOfOthers(t *testing.T) {
	b := newBundle(t, func(b *bundle) {
		b.unmount("/dev")
		b.unmount("/sys")
		must(t, os.MkdirAll(b.rootfs("sys/fs/cgroup"), 0o755))
		b.spec.Mounts = append(b.spec.Mounts, specs.Mount{Destination: "/sys/fs/cgroup", Type: "cgroup", Source: "cgroup", Options: []string{"nosuid", "noexec", "nodev"}})
		var spaces []specs.LinuxNamespace
		for _, n := range b.spec.Linux.Namespaces {
			if n.Type != specs.CgroupNamespace {
				spaces = append(spaces, n)
			}
		}
		b.spec.Linux.Namespaces = append(spaces, specs.LinuxNamespace{Type: specs.UserNamespace})
		b.spec.Linux.UIDMappings = []specs.LinuxIDMapping{{HostID: user, Size: 1}}
		b.spec.Linux.GIDMappings = b.spec.Linux.UIDMappings
		b.spec.Linux.Resources, b.spec.Linux.CgroupsPath = nil, ""
		must(t, os.Symlink("busybox", b.rootfs("bin/mkdir")))
		must(t, os.Symlink("busybox", b.rootfs("bin/find")))
		b.script("ls -d /sys/fs/cgroup/cgroup.procs; for d in $(find /sys/fs/cgroup -type d); do mkdir $d/made; done; :")
		must(t, os.Mkdir(filepath.Join(b.dir, "state"), 0o700))
		for _, dir := range []string{filepath.Join(b.dir, "state"), b.rootfs(""), b.rootfs("dev")} {
			must(t, os.Chown(dir, user, user))
		}
	})
	name := "isle-test-" + filepath.Base(b.dir)
	cgroup := delegate(t, name)
	made := func() (list []string) {
		must(t, filepath.WalkDir(cgroup, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Name() == "made" {
				list = append(list, path)
				must(t, os.Remove(path))
				return fs.SkipDir
			}
			return err
		}))
		return list
	}
	as := func(program string, args ...string) result {
		return finish(t, exec.Command(hostile, append([]string{"delegated", name, program}, args...)...))
	}
	if r := as(naive, "run", b.dir); len(made()) == 0 {
		t.Error("the naive runtime withstood: ", r)
	}
	r := as(isle, "oci", "--root", filepath.Join(b.dir, "state"), "run", "--bundle", b.dir, b.id)
	if list := made(); len(list) > 0 || r.code != 0 || !strings.Contains(r.out, "/sys/fs/cgroup/cgroup.procs") {
		t.Error(list, r)
	}
}

// delegate makes a cgroup of version 2 that belongs to the user, wherever the
// host has them.
func delegate(t *testing.T, name string) string {
	dir, err := os.MkdirTemp(ownDir, "cgroup-")
	must(t, err)
	if err := unix.Mount("cgroup2", dir, "cgroup2", 0, ""); err != nil {
		t.Skip("the kernel has no cgroup version 2: ", err)
	}
	cgroup := filepath.Join(dir, name)
	must(t, os.Mkdir(cgroup, 0o755))
	t.Cleanup(func() {
		must(t, os.Remove(cgroup))
		must(t, unix.Unmount(dir, 0))
		must(t, os.Remove(dir))
	})
	must(t, os.Chown(cgroup, user, user))
	must(t, os.Chown(filepath.Join(cgroup, "cgroup.procs"), user, user))
	return cgroup
}
