package oci_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// owned is a volume with files of users 0 and 5, and a mount below it.
func owned(t *testing.T) string {
	t.Helper()
	dir := volume(t)
	must(t, os.Mkdir(dir+"/below", 0o755))
	must(t, unix.Mount("tmpfs", dir+"/below", "tmpfs", 0, ""))
	needsMapped(t, dir+"/below")
	for _, d := range []string{dir, dir + "/below"} {
		must(t, os.WriteFile(d+"/five", nil, 0o644))
		must(t, os.Chown(d+"/five", 5, 6))
	}
	return dir
}

// needsMapped skips where the kernel maps no ids of the file system of dir, which
// for a tmpfs it does since Linux 6.3.
func needsMapped(t *testing.T, dir string) {
	t.Helper()
	other := exec.Command(filepath.Join(ownDir, "busybox"), "sleep", "1000")
	one := []syscall.SysProcIDMap{{ContainerID: 0, HostID: 1, Size: 1}}
	other.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER, UidMappings: one, GidMappings: one, Pdeathsig: syscall.SIGKILL}
	must(t, other.Start())
	defer other.Wait()
	defer other.Process.Kill()
	user, err := os.Open("/proc/" + itoa(other.Process.Pid) + "/ns/user")
	must(t, err)
	defer user.Close()
	tree, err := unix.OpenTree(unix.AT_FDCWD, dir, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	must(t, err)
	defer unix.Close(tree)
	err = unix.MountSetattr(tree, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: uint64(user.Fd())})
	if err == unix.EINVAL {
		t.Skip("the kernel maps no ids of this file system: mount_setattr: ", err)
	}
	must(t, err)
}

const tellOwners = "stat -c '%u:%g' /mnt/file /mnt/five /mnt/below/five"

// TestIDMappedMount shows the files of one id as those of another.
func TestIDMappedMount(t *testing.T) {
	maps := []specs.LinuxIDMapping{{ContainerID: 0, HostID: 1000, Size: 100}}
	for _, c := range []struct {
		name, want string
		mount      specs.Mount
		user       bool
	}{
		{"maps of the mount", "1000:1000\n1005:1006\n5:6", specs.Mount{Options: []string{"rbind"}, UIDMappings: maps, GIDMappings: maps}, false},
		{"idmap", "1000:1000\n1005:1006\n5:6", specs.Mount{Options: []string{"rbind", "idmap"}, UIDMappings: maps, GIDMappings: maps}, false},
		{"ridmap", "1000:1000\n1005:1006\n1005:1006", specs.Mount{Options: []string{"rbind", "ridmap"}, UIDMappings: maps, GIDMappings: maps}, false},
		{"maps of the container", "0:0\n5:6\n65534:65534", specs.Mount{Options: []string{"rbind", "idmap"}}, true},
		{"maps of the container, all mounts", "0:0\n5:6\n5:6", specs.Mount{Options: []string{"rbind", "ridmap"}}, true},
		{"none", "65534:65534\n65534:65534\n65534:65534", specs.Mount{Options: []string{"rbind"}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := says(t, tellOwners, func(s *specs.Spec) {
				m := c.mount
				m.Destination, m.Source, m.Type = "/mnt", owned(t), "bind"
				if s.Mounts = append(s.Mounts, m); c.user {
					mapped(s)
				}
			})
			same(t, "owners", out, c.want)
		})
	}
}

// TestIDMappedWrites makes files of the mapped id on the host.
func TestIDMappedWrites(t *testing.T) {
	dir := owned(t)
	must(t, os.Chmod(dir, 0o777))
	says(t, "touch /mnt/made", func(s *specs.Spec) {
		mapped(s)
		s.Mounts = append(s.Mounts, bind(dir, "/mnt", "idmap"))
	})
	var st unix.Stat_t
	must(t, unix.Stat(dir+"/made", &st))
	same(t, "owner on the host", st.Uid, 0)
}

// TestIDMappedSources are on the disk's file system, relative, and files.
func TestIDMappedSources(t *testing.T) {
	b := newBundle(t, func(s *specs.Spec) {
		mapped(s)
		script(s, "stat -c '%u:%g' /etc/one /mnt/file")
		s.Mounts = append(s.Mounts, bind("data/file", "/etc/one", "idmap"), bind("data", "/mnt", "idmap", "ro"))
	})
	must(t, os.WriteFile(b.rootfs()+"/etc/one", nil, 0o644)) // user 100000 may not make it
	must(t, os.Mkdir(filepath.Join(b.dir, "data"), 0o755))
	must(t, os.WriteFile(filepath.Join(b.dir, "data/file"), nil, 0o644))
	must(t, os.Chown(filepath.Join(b.dir, "data/file"), 5, 6))
	r := b.oci("run", b.id)
	same(t, "owners", r, result{"5:6\n5:6\n", "", 0})
}

func TestIDMappedErrors(t *testing.T) {
	b := newBundle(t, func(s *specs.Spec) { s.Mounts = append(s.Mounts, bind("/proc", "/mnt", "idmap")) })
	b.bad([]string{"mounts[7]", "uidMappings"}, "run", b.id) // no maps at all
	b.change(func(s *specs.Spec) { mapped(s) })
	b.bad([]string{"/mnt", "/proc"}, "run", b.id) // procfs has none
	if len(b.left()) > 0 {
		t.Error(b.left())
	}
}
