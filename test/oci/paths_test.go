package oci_test

import (
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func TestMaskedPaths(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		s.Linux.MaskedPaths = []string{"/etc/secret", "/data", "/data2", "/absent", "/absent/below", "/etc/secret/below", "/link", "/proc/keys", "/dev/null"}
		script(s, "cat /etc/secret; ls -A /data /data2; touch /data/x 2>&1; echo x >/etc/secret; cat /etc/secret /target /proc/keys; ls -A /absent 2>&1; cat /proc/self/mountinfo")
	})
	for _, d := range []string{"/data", "/data2"} {
		must(t, os.Mkdir(b.rootfs()+d, 0o755))
		must(t, os.WriteFile(b.rootfs()+d+"/hidden", nil, 0o644))
	}
	must(t, os.WriteFile(b.rootfs()+"/etc/secret", []byte("secret\n"), 0o644))
	must(t, os.WriteFile(b.rootfs()+"/target", []byte("secret\n"), 0o644))
	must(t, os.Symlink("/target", b.rootfs()+"/link"))
	out := b.run()
	has(t, out, "/data:\n\n/data2:\ntouch: /data/x: Read-only file system\nls: /absent: No such file")
	if strings.Contains(out, "secret\n") || strings.Contains(out, "hidden") {
		t.Errorf("a masked path is seen: %s", out)
	}
	same(t, "on the host", string(readFile(t, b.rootfs()+"/etc/secret")), "secret\n")
	list := mountsIn(out)
	same(t, "directory", at(t, list, "/data").kind+" "+at(t, list, "/data").options, "tmpfs ro,nosuid,nodev,noexec,relatime")
	same(t, "file", at(t, list, "/etc/secret").root, "/null")
}

func TestReadonlyPaths(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		s.Linux.ReadonlyPaths = []string{"/etc/file", "/data", "/absent", "/etc/file/below", "/link", "/proc/sys"}
		script(s, "for f in /etc/file /data/file /data/below/file /target/file /proc/sys/kernel/hostname; do echo x >$f || echo no; done 2>&1; touch /etc/new && cat /proc/self/mountinfo")
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/data/below", Type: "tmpfs", Options: []string{"nosuid", "nodev"}})
	})
	for _, d := range []string{"/data/below", "/target"} {
		must(t, os.MkdirAll(b.rootfs()+d, 0o755))
	}
	must(t, os.WriteFile(b.rootfs()+"/etc/file", nil, 0o644))
	must(t, os.Symlink("target", b.rootfs()+"/link"))
	out := b.run()
	for _, f := range []string{"/etc/file", "/data/file", "/target/file", "/proc/sys/kernel/hostname"} {
		has(t, out, "can't create "+f+": Read-only file system\nno")
	}
	list := mountsIn(out)
	has(t, at(t, list, "/data/below").options, "nosuid,nodev") // the flags it had
	has(t, at(t, list, "/etc/file").options, "ro,")
}

// TestPathsInUserNamespace keeps the flags that are locked there.
func TestPathsInUserNamespace(t *testing.T) {
	t.Parallel()
	out := says(t, "cat /proc/keys; ls -A /sys/firmware; echo 1 >/proc/sys/kernel/hostname; cat /proc/self/mountinfo", func(s *specs.Spec) { mapped(s) })
	list := mountsIn(out)
	same(t, "/proc/keys", at(t, list, "/proc/keys").root, "/null")
	has(t, at(t, list, "/proc/sys").options, "ro,")
}

func TestSysctl(t *testing.T) {
	t.Parallel()
	out := says(t, "cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ping_group_range /proc/sys/net/ipv4/conf/lo/forwarding", func(s *specs.Spec) {
		s.Linux.Sysctl = map[string]string{"net.ipv4.ip_forward": "1", "kernel.msgmax": "9999", "net/ipv4/ping_group_range": "7\t8", "net.ipv4.conf.lo.forwarding": "0"}
	})
	has(t, out, "\n9999\n7\t8\n")
	own := readFile(t, "/proc/sys/kernel/msgmax")
	if string(own) == "9999\n" {
		t.Error("the host's parameter was set")
	}
}

func TestSysctlErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value, says string
		change            func(s *specs.Spec)
	}{
		{"kernel.panic", "1", "kernel.panic", nil}, // belongs to no namespace
		{"net.ipv4.ip_forward", "1", "network", func(s *specs.Spec) { without(s, specs.NetworkNamespace) }},
		{"kernel.msgmax", "1", "ipc", func(s *specs.Spec) { without(s, specs.IPCNamespace) }},
		{"net.ipv4.no_such", "1", "no_such", nil},
		{"net.ipv4.ip_forward", "many", "ip_forward", nil},
		{"net.ipv4/../../kernel/panic", "1", "sysctl", nil},
	} {
		b := newBundle(t, func(s *specs.Spec) {
			if s.Linux.Sysctl = map[string]string{c.name: c.value}; c.change != nil {
				c.change(s)
			}
		})
		b.bad([]string{c.says}, "run", b.id)
		if len(b.left()) > 0 {
			t.Error(b.left())
		}
	}
}
