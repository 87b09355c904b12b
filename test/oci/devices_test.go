package oci_test

import (
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

const tellDevices = "cd /dev; stat -c '%n %F %a %t:%T %u:%g' null zero full random urandom tty; for l in fd stdin stdout stderr ptmx; do readlink $l; done; echo x >null; head -c 2 zero | wc -c"

const wantDevices = `null character special file 666 1:3 0:0
zero character special file 666 1:5 0:0
full character special file 666 1:7 0:0
random character special file 666 1:8 0:0
urandom character special file 666 1:9 0:0
tty character special file 666 5:0 0:0
/proc/self/fd
/proc/self/fd/0
/proc/self/fd/1
/proc/self/fd/2
pts/ptmx
2`

func TestDefaultDevices(t *testing.T) {
	t.Parallel()
	same(t, "devices", says(t, tellDevices, nil), wantDevices)
}

// TestDevicesInUserNamespace binds the host's, which belong to nobody there.
func TestDevicesInUserNamespace(t *testing.T) {
	t.Parallel()
	out := says(t, tellDevices, func(s *specs.Spec) { mapped(s) })
	same(t, "devices", out, strings.ReplaceAll(wantDevices, "0:0\n", "65534:65534\n"))
}

func allow(s *specs.Spec) {
	s.Linux.Resources = &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{{Allow: true, Access: "rwm"}}}
}

func TestDevices(t *testing.T) {
	b := newBundle(t, func(s *specs.Spec) {
		allow(s)
		mode := func(m os.FileMode) *os.FileMode { return &m }
		s.Linux.Devices = []specs.LinuxDevice{
			{Path: "/dev/a", Type: "c", Major: 10, Minor: 229, FileMode: mode(0o660), UID: ptr(uint32(3)), GID: ptr(uint32(4))},
			{Path: "/dev/sub/dir/b", Type: "b", Major: 7, Minor: 300, FileMode: mode(0o604)},
			{Path: "/dev/u", Type: "u", Major: 1, Minor: 3},
			{Path: "/etc/p", Type: "p", FileMode: mode(0o622)},
			{Path: "/dev/null", Type: "c", Major: 1, Minor: 3, FileMode: mode(0o600)},
			{Path: "/etc/there", Type: "c", Major: 1, Minor: 3},
			{Path: "/dev/s", Type: "c", Major: 1, Minor: 3, FileMode: mode(0o4777)},
			{Path: "/dev/big", Type: "c", Major: 4095, Minor: 1048575},
		}
		script(s, "stat -c '%n %F %a %t:%T %u:%g' /dev/a /dev/sub/dir/b /dev/u /etc/p /dev/null /etc/there /dev/s /dev/big")
	})
	must(t, unix.Mknod(b.rootfs()+"/etc/there", unix.S_IFCHR|0o640, int(unix.Mkdev(1, 3))))
	old := unix.Umask(0o077)
	out := b.run()
	unix.Umask(old)
	same(t, "devices", out, `/dev/a character special file 660 a:e5 3:4
/dev/sub/dir/b block special file 604 7:12c 0:0
/dev/u character special file 666 1:3 0:0
/etc/p fifo 622 0:0 0:0
/dev/null character special file 600 1:3 0:0
/etc/there character special file 640 1:3 0:0
/dev/s character special file 4777 1:3 0:0
/dev/big character special file 666 fff:fffff 0:0
`)
}

func TestDeviceOverAnother(t *testing.T) {
	t.Parallel()
	for _, make := range []func(path string) error{
		func(path string) error { return os.WriteFile(path, nil, 0o644) },
		func(path string) error { return os.Symlink("/etc", path) },
		func(path string) error { return unix.Mknod(path, unix.S_IFCHR|0o666, int(unix.Mkdev(1, 5))) },
	} {
		b := newBundle(t, func(s *specs.Spec) {
			s.Linux.Devices = []specs.LinuxDevice{{Path: "/etc/taken", Type: "c", Major: 1, Minor: 3}}
		})
		must(t, make(b.rootfs()+"/etc/taken"))
		b.bad([]string{"/etc/taken"}, "run", b.id)
	}
}

// TestDeviceBehindDanglingLink makes the directories that a link of the image
// leads to, as for mounts.
func TestDeviceBehindDanglingLink(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		allow(s)
		s.Linux.Devices = []specs.LinuxDevice{{Path: "/var/run/x/zero", Type: "c", Major: 1, Minor: 5}}
		script(s, "stat -c '%F %t:%T' /run/x/zero")
	})
	must(t, os.Mkdir(b.rootfs()+"/var", 0o755))
	must(t, os.Symlink("/run", b.rootfs()+"/var/run"))
	same(t, "device", b.run(), "character special file 1:5\n")
}

// TestDeviceCgroup forbids what the bundle does not allow.
func TestDeviceCgroup(t *testing.T) {
	t.Parallel()
	lines := "mknod /tmp/zero c 1 5; mknod /tmp/mem c 1 1; cat /tmp/mem 2>&1 | head -1; head -c 1 /tmp/zero | wc -c; echo x 2>&1 >/dev/null && echo null"
	out := says(t, lines, func(s *specs.Spec) {
		capabilities(s, "CAP_MKNOD", "CAP_SYS_RAWIO")
		s.Linux.Resources = &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{{Allow: false, Access: "rwm"}, {Allow: true, Type: "c", Access: "m"}}}
	})
	same(t, "output", out, "cat: can't open '/tmp/mem': Operation not permitted\n1\nnull")
}

// TestDevOfTheHost is bound as it is: nothing is made in it.
func TestDevOfTheHost(t *testing.T) {
	t.Parallel()
	dir := volume(t)
	out := says(t, "ls /dev", func(s *specs.Spec) {
		var mounts []specs.Mount
		for _, m := range s.Mounts {
			if !strings.HasPrefix(m.Destination, "/dev") {
				mounts = append(mounts, m)
			}
		}
		s.Mounts = append(mounts, bind(dir, "/dev"))
	})
	same(t, "/dev", out, "file")
}
