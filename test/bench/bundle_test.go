package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/seccomp"
)

// engine is an OCI runtime, and the words that begin its command line.
type engine struct {
	name  string
	words []string
}

// engines are isle and its peers, as far as they are installed.
func engines(b *testing.B) []engine {
	b.Helper()
	list := []engine{{"isle", []string{isle(b), "oci"}}}
	for _, name := range []string{"crun", "runc"} {
		if path, err := exec.LookPath(name); err == nil {
			list = append(list, engine{name, []string{path}})
		} else {
			b.Log("the peer is not installed: ", err)
		}
	}
	for i := range list {
		list[i].words = append(list[i].words, "--root", memory(b))
	}
	return list
}

// memory is a folder of a file system in memory, as /run is, where runtimes keep
// their state.
func memory(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	if err := unix.Mount("bench", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=711"); err != nil {
		b.Skip("mount a tmpfs: ", err)
	}
	b.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// run has the engine do something, in a bundle's folder.
func (e engine) run(b *testing.B, dir string, words ...string) time.Duration {
	b.Helper()
	cmd := exec.Command(e.words[0], append(e.words[1:len(e.words):len(e.words)], words...)...)
	cmd.Dir = dir
	began := time.Now()
	// No pipe: what a container keeps open would have to be waited for.
	if err := cmd.Run(); err != nil {
		cmd = exec.Command(cmd.Path, cmd.Args[1:]...)
		cmd.Dir = dir
		out, _ := cmd.CombinedOutput()
		b.Skipf("%s %q: %v: %s", e.name, words, err, out)
	}
	return time.Since(began)
}

// bundle is a folder with a root of busybox, and a configuration that peers of
// years ago understand.
func bundle(b *testing.B, change func(*specs.Spec)) string {
	b.Helper()
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		b.Skip("a root needs busybox: ", err)
	}
	dir := b.TempDir()
	// One who is mapped to another user must reach it.
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(busybox)
	if err != nil {
		b.Fatal(err)
	}
	bin := filepath.Join(dir, "rootfs/bin")
	// Nor may one make anything in it.
	for _, dir := range []string{bin, dir + "/rootfs/proc", dir + "/rootfs/dev", dir + "/rootfs/sys"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(bin, "busybox"), text, 0o755); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"true", "sleep"} {
		os.Symlink("busybox", filepath.Join(bin, name))
	}
	spec := plain()
	if change != nil {
		change(spec)
	}
	text, err = json.Marshal(spec)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "config.json"), text, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

// plain is a container with six new namespaces and the usual mounts.
func plain() *specs.Spec {
	spec := &specs.Spec{Version: "1.0.2", Root: &specs.Root{Path: "rootfs"}, Hostname: "bench"}
	spec.Process = &specs.Process{Args: []string{"true"}, Cwd: "/", Env: []string{"PATH=/bin"}}
	for _, m := range []string{
		"/proc proc proc", "/dev tmpfs tmpfs nosuid,strictatime,mode=755,size=65536k", "/dev/pts devpts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5",
		"/dev/shm tmpfs shm nosuid,noexec,nodev,mode=1777,size=65536k", "/dev/mqueue mqueue mqueue nosuid,noexec,nodev", "/sys sysfs sysfs nosuid,noexec,nodev,ro",
	} {
		f := append(strings.Fields(m), "")
		mount := specs.Mount{Destination: f[0], Type: f[1], Source: f[2]}
		if f[3] != "" {
			mount.Options = strings.Split(f[3], ",")
		}
		spec.Mounts = append(spec.Mounts, mount)
	}
	spec.Linux = &specs.Linux{}
	for _, t := range []specs.LinuxNamespaceType{"pid", "network", "ipc", "uts", "mount", "cgroup"} {
		spec.Linux.Namespaces = append(spec.Linux.Namespaces, specs.LinuxNamespace{Type: t})
	}
	return spec
}

// usual adds what podman gives a container unless told otherwise.
func usual(spec *specs.Spec) {
	capabilities := []string{"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT"}
	spec.Process.Capabilities = &specs.LinuxCapabilities{Bounding: capabilities, Effective: capabilities, Permitted: capabilities}
	spec.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_NPROC", Hard: 4096, Soft: 4096}}
	spec.Linux.MaskedPaths = []string{"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/fs/selinux", "/sys/dev/block"}
	spec.Linux.ReadonlyPaths = []string{"/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}
	limit := int64(2048)
	spec.Linux.Resources = &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: &limit}, Devices: []specs.LinuxDeviceCgroup{{Access: "rwm"}}}
	host, err := seccomp.ThisHost(capabilities)
	if err != nil {
		panic(fmt.Sprint("the default profile: ", err))
	}
	spec.Linux.Seccomp = seccomp.Default(host)
}

// mapped adds a user namespace.
func mapped(spec *specs.Spec) {
	spec.Linux.Namespaces = append(spec.Linux.Namespaces, specs.LinuxNamespace{Type: "user"})
	ids := []specs.LinuxIDMapping{{ContainerID: 0, HostID: 100000, Size: 65536}}
	spec.Linux.UIDMappings, spec.Linux.GIDMappings = ids, ids
}
