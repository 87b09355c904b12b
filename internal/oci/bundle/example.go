package bundle

import (
	"os"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Example returns the configuration that "spec" writes: a shell on a terminal in
// new namespaces, over the root filesystem in the folder rootfs. Rootless, it is
// made for a user without privileges: in a user namespace where that user is root,
// with the network and the /sys of the host, and without limits.
func Example(rootless bool) *specs.Spec {
	spec := &specs.Spec{
		Version:  "1.3.0",
		Process:  exampleProcess(),
		Root:     &specs.Root{Path: "rootfs", Readonly: true},
		Hostname: "isle",
		Mounts:   exampleMounts(),
		Linux: &specs.Linux{
			Resources:     &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{{Access: "rwm"}}},
			Namespaces:    exampleNamespaces(),
			MaskedPaths:   slices.Clone(exampleMasked),
			ReadonlyPaths: slices.Clone(exampleReadonly),
		},
	}
	if rootless {
		makeRootless(spec)
	}
	return spec
}

func exampleProcess() *specs.Process {
	caps := []string{"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"}
	return &specs.Process{
		Terminal: true,
		Args:     []string{"sh"},
		Env: []string{
			"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			"TERM=xterm",
		},
		Cwd: "/",
		Capabilities: &specs.LinuxCapabilities{
			Bounding: caps, Effective: slices.Clone(caps), Permitted: slices.Clone(caps),
		},
		Rlimits:         []specs.POSIXRlimit{{Type: "RLIMIT_NOFILE", Hard: 1024, Soft: 1024}},
		NoNewPrivileges: true,
	}
}

func exampleMounts() []specs.Mount {
	return []specs.Mount{
		{Destination: "/proc", Type: "proc", Source: "proc"},
		{Destination: "/dev", Type: "tmpfs", Source: "tmpfs",
			Options: []string{"nosuid", "strictatime", "mode=755", "size=65536k"}},
		{Destination: "/dev/pts", Type: "devpts", Source: "devpts",
			Options: []string{"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
		{Destination: "/dev/shm", Type: "tmpfs", Source: "shm",
			Options: []string{"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}},
		{Destination: "/dev/mqueue", Type: "mqueue", Source: "mqueue",
			Options: []string{"nosuid", "noexec", "nodev"}},
		{Destination: "/sys", Type: "sysfs", Source: "sysfs",
			Options: []string{"nosuid", "noexec", "nodev", "ro"}},
		{Destination: "/sys/fs/cgroup", Type: "cgroup", Source: "cgroup",
			Options: []string{"nosuid", "noexec", "nodev", "relatime", "ro"}},
	}
}

// exampleNamespaces has a cgroup namespace only where version 2 of cgroups is
// alone on the host, as runc does.
func exampleNamespaces() []specs.LinuxNamespace {
	list := []specs.LinuxNamespace{{Type: "pid"}, {Type: "network"}, {Type: "ipc"}, {Type: "uts"}, {Type: "mount"}}
	var st unix.Statfs_t
	if err := unix.Statfs("/sys/fs/cgroup", &st); err == nil && st.Type == unix.CGROUP2_SUPER_MAGIC {
		list = append(list, specs.LinuxNamespace{Type: "cgroup"})
	}
	return list
}

var exampleMasked = []string{
	"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
	"/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
	"/sys/devices/virtual/tpm",
}

var exampleReadonly = []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}

// makeRootless takes out what an unprivileged user may not do: a network of one's
// own could not be connected, a fresh sysfs belongs to the network namespace's
// owner, other groups are not mapped, and limits need a delegated cgroup.
func makeRootless(spec *specs.Spec) {
	l := spec.Linux
	l.Namespaces = slices.DeleteFunc(l.Namespaces, func(ns specs.LinuxNamespace) bool {
		return ns.Type == specs.NetworkNamespace
	})
	l.Namespaces = append(l.Namespaces, specs.LinuxNamespace{Type: specs.UserNamespace})
	l.UIDMappings = []specs.LinuxIDMapping{{HostID: uint32(os.Geteuid()), Size: 1}}
	l.GIDMappings = []specs.LinuxIDMapping{{HostID: uint32(os.Getegid()), Size: 1}}
	l.Resources = nil
	for i := range spec.Mounts {
		m := &spec.Mounts[i]
		if m.Destination == "/sys" {
			*m = specs.Mount{Destination: "/sys", Type: "none", Source: "/sys",
				Options: []string{"rbind", "nosuid", "noexec", "nodev", "ro"}}
		}
		m.Options = slices.DeleteFunc(m.Options, func(option string) bool {
			return strings.HasPrefix(option, "uid=") || strings.HasPrefix(option, "gid=")
		})
	}
}
