package oci_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// files are the names of the namespaces in /proc/PID/ns.
var files = []struct {
	kind specs.LinuxNamespaceType
	file string
}{
	{specs.PIDNamespace, "pid"}, {specs.NetworkNamespace, "net"}, {specs.IPCNamespace, "ipc"}, {specs.UTSNamespace, "uts"},
	{specs.MountNamespace, "mnt"}, {specs.CgroupNamespace, "cgroup"}, {specs.TimeNamespace, "time"}, {specs.UserNamespace, "user"},
}

func namespaceOf(t *testing.T, pid int, file string) string {
	t.Helper()
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, file))
	must(t, err)
	return link
}

const tellNamespaces = "for n in pid net ipc uts mnt cgroup time user; do readlink /proc/self/ns/$n; done"

// mapped gives a configuration a user namespace.
func mapped(s *specs.Spec, maps ...specs.LinuxIDMapping) {
	if len(maps) == 0 {
		maps = []specs.LinuxIDMapping{{ContainerID: 0, HostID: 100000, Size: 65536}}
	}
	namespace(s, specs.UserNamespace, "")
	s.Linux.UIDMappings, s.Linux.GIDMappings = maps, maps
}

func TestNewNamespaces(t *testing.T) {
	t.Parallel()
	needsRoot(t)
	lines := strings.Split(says(t, tellNamespaces, func(s *specs.Spec) {
		mapped(s)
		for _, f := range files {
			namespace(s, f.kind, "")
		}
	}), "\n")
	for i, f := range files {
		if lines[i] == namespaceOf(t, os.Getpid(), f.file) {
			t.Errorf("the %s namespace is the host's", f.kind)
		}
	}
}

// TestOneNewNamespace has all namespaces but one be the host's.
func TestOneNewNamespace(t *testing.T) {
	t.Parallel()
	for _, f := range files {
		if f.kind == specs.UserNamespace {
			continue
		}
		t.Run(string(f.kind), func(t *testing.T) {
			b := newBundle(t, func(s *specs.Spec) {
				s.Linux.Namespaces = nil
				namespace(s, f.kind, "")
				s.Hostname = ""
				if f.kind == specs.UTSNamespace {
					s.Hostname = "isle"
				}
				if f.kind != specs.MountNamespace {
					s.Mounts, s.Linux.MaskedPaths, s.Linux.ReadonlyPaths = nil, nil, nil
					s.Process.Args = []string{"sleep", "1000"}
					return
				}
				s.Process.Args = []string{"sleep", "1000"}
			})
			b.good("run", "--detach", b.id)
			for _, g := range files {
				own := namespaceOf(t, b.state().Pid, g.file) != namespaceOf(t, os.Getpid(), g.file)
				same(t, string(g.kind)+" is its own", own, g.kind == f.kind)
			}
		})
	}
}

// TestNoNamespace has the host's of all kinds; the root is changed to and the
// mounts are taken away with the container.
func TestNoNamespace(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		s.Linux.Namespaces, s.Hostname = nil, ""
		s.Mounts = []specs.Mount{{Destination: "/proc", Type: "proc", Source: "proc"}, {Destination: "/tmp", Type: "tmpfs", Source: "tmpfs"}}
		s.Linux.MaskedPaths, s.Linux.ReadonlyPaths = nil, nil
		script(s, tellNamespaces+"; ls /")
	})
	out := b.run()
	for _, f := range files {
		has(t, out, namespaceOf(t, os.Getpid(), f.file))
	}
	has(t, out, "bin\ndev\n")
}

func TestNamespacesByPath(t *testing.T) {
	t.Parallel()
	other := newBundle(t, func(s *specs.Spec) {
		mapped(s)
		for _, f := range files {
			namespace(s, f.kind, "")
		}
		s.Process.Args = []string{"sleep", "1000"}
	})
	other.good("run", "-d", other.id)
	pid := other.state().Pid
	for _, f := range files {
		if f.kind == specs.MountNamespace || f.kind == specs.UserNamespace {
			continue
		}
		t.Run(string(f.kind), func(t *testing.T) {
			out := says(t, "readlink /proc/self/ns/"+f.file, func(s *specs.Spec) {
				namespace(s, f.kind, fmt.Sprintf("/proc/%d/ns/%s", pid, f.file))
				if f.kind == specs.UTSNamespace {
					s.Hostname = ""
				}
			})
			same(t, "namespace", out, namespaceOf(t, pid, f.file))
		})
	}
	t.Run("all but mount", func(t *testing.T) {
		out := says(t, tellNamespaces+"; id -u; cat /proc/self/uid_map | tr -s ' '", func(s *specs.Spec) {
			for _, f := range files {
				if f.kind != specs.MountNamespace {
					namespace(s, f.kind, fmt.Sprintf("/proc/%d/ns/%s", pid, f.file))
				}
			}
			s.Hostname = ""
		})
		for _, f := range files {
			if f.kind != specs.MountNamespace {
				has(t, out, namespaceOf(t, pid, f.file))
			}
		}
		has(t, out, "\n0\n 0 100000 65536")
	})
	t.Run("bound file", func(t *testing.T) {
		file := t.TempDir() + "/uts"
		must(t, os.WriteFile(file, nil, 0o600))
		must(t, unix.Mount(fmt.Sprintf("/proc/%d/ns/uts", pid), file, "", unix.MS_BIND, ""))
		defer unix.Unmount(file, unix.MNT_DETACH)
		out := says(t, "readlink /proc/self/ns/uts; hostname", func(s *specs.Spec) { namespace(s, specs.UTSNamespace, file); s.Hostname = "" })
		same(t, "namespace", out, namespaceOf(t, pid, "uts")+"\nisle")
	})
}

func TestNamespacePathErrors(t *testing.T) {
	t.Parallel()
	pid := strconv.Itoa(os.Getpid())
	for _, c := range []struct{ path, says string }{
		{"/no/where", "/no does not exist"}, {"/etc/passwd", "/etc/passwd"}, {"/proc/" + pid + "/ns/net", "uts"}, {"relative", "absolute"},
	} {
		b := newBundle(t, func(s *specs.Spec) { namespace(s, specs.UTSNamespace, c.path); s.Hostname = "" })
		b.bad([]string{c.says}, "run", b.id)
		if len(b.left()) > 0 {
			t.Error(b.left())
		}
	}
}

func TestHostname(t *testing.T) {
	t.Parallel()
	same(t, "names", says(t, "hostname; cat /proc/sys/kernel/domainname", func(s *specs.Spec) { s.Hostname, s.Domainname = "höst", "example.org" }), "höst\nexample.org")
}

func TestTimeOffsets(t *testing.T) {
	t.Parallel()
	const second = int64(1e9)
	read := func(change func(s *specs.Spec)) (monotonic, boot int64) {
		lines := strings.Split(says(t, "probe clocks", change), "\n")
		monotonic, _ = strconv.ParseInt(lines[0], 10, 64)
		boot, _ = strconv.ParseInt(lines[1], 10, 64)
		return monotonic, boot
	}
	out := says(t, "cat /proc/self/timens_offsets | tr -s ' '", func(s *specs.Spec) {
		namespace(s, specs.TimeNamespace, "")
		s.Linux.TimeOffsets = map[string]specs.LinuxTimeOffset{"monotonic": {Secs: 86400, Nanosecs: 5}, "boottime": {Secs: -10, Nanosecs: 999999999}}
	})
	same(t, "offsets", out, "monotonic 86400 5\nboottime -10 999999999")
	var before, after unix.Timespec
	must(t, unix.ClockGettime(unix.CLOCK_MONOTONIC, &before))
	monotonic, boot := read(func(s *specs.Spec) {
		namespace(s, specs.TimeNamespace, "")
		s.Linux.TimeOffsets = map[string]specs.LinuxTimeOffset{"monotonic": {Secs: 1000, Nanosecs: 500000000}}
	})
	must(t, unix.ClockGettime(unix.CLOCK_MONOTONIC, &after))
	if shift := 1000*second + second/2; monotonic < before.Nano()+shift || monotonic > after.Nano()+shift {
		t.Errorf("monotonic clock %d, the host's was %d to %d", monotonic, before.Nano(), after.Nano())
	}
	if boot > after.Nano()+100*second {
		t.Errorf("boot time %d, the host's is %d", boot, after.Nano())
	}
}

func TestUserNamespace(t *testing.T) {
	t.Parallel()
	maps := []specs.LinuxIDMapping{{ContainerID: 0, HostID: 100000, Size: 10}, {ContainerID: 10, HostID: 200000, Size: 5}}
	out := says(t, "id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '; cat /proc/self/setgroups; touch /tmp/mine; stat -c %u:%g /tmp/mine", func(s *specs.Spec) {
		mapped(s, maps...)
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/tmp", Type: "tmpfs", Source: "tmpfs"})
	})
	same(t, "ids", out, "0\n0\n 0 100000 10\n 10 200000 5\n 0 100000 10\n 10 200000 5\nallow\n0:0")
}

// TestUserNamespaceWithoutRoot has no id 0.
func TestUserNamespaceWithoutRoot(t *testing.T) {
	t.Parallel()
	out := says(t, "id -u; id -g; cat /proc/self/uid_map | tr -s ' '", func(s *specs.Spec) {
		mapped(s, specs.LinuxIDMapping{ContainerID: 1000, HostID: 101000, Size: 2})
		s.Process.User = specs.User{UID: 1000, GID: 1001}
		for i := range s.Mounts {
			if s.Mounts[i].Type == "devpts" {
				s.Mounts[i].Options = []string{"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"}
			}
		}
	})
	same(t, "ids", out, "1000\n1001\n 1000 101000 2")
}

// TestUserNamespaceByPath joins one whose owner is not the host's root.
func TestUserNamespaceByPath(t *testing.T) {
	t.Parallel()
	needsRoot(t)
	holder := exec.Command("/proc/self/exe", "sleep")
	holder.Args[0] = "probe"
	holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, Pdeathsig: syscall.SIGKILL,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: 300000, Size: 1000}}, GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: 300000, Size: 1000}}}
	must(t, holder.Start())
	defer holder.Wait()
	defer holder.Process.Kill()
	out := says(t, "id -u; readlink /proc/self/ns/user; cat /proc/self/uid_map | tr -s ' '; hostname", func(s *specs.Spec) {
		namespace(s, specs.UserNamespace, fmt.Sprintf("/proc/%d/ns/user", holder.Process.Pid))
	})
	same(t, "ids", out, "0\n"+namespaceOf(t, holder.Process.Pid, "user")+"\n 0 300000 1000\nisle")
}

func TestCgroupNamespace(t *testing.T) {
	t.Parallel()
	out := says(t, "cat /proc/self/cgroup", func(s *specs.Spec) { namespace(s, specs.CgroupNamespace, "") })
	for line := range strings.Lines(out) {
		if !strings.HasSuffix(strings.TrimSpace(line), ":/") {
			t.Errorf("the process sees its cgroup as %q", line)
		}
	}
}
