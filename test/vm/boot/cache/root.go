package cache

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// User is the ordinary user of every root. It has subordinate ids.
const User = "tester"

const suite = "trixie"

// roots are the root file systems that can be asked for, as Debian packages
// beside the essential ones. The first is what the tests of isle itself use.
var roots = []struct{ name, packages string }{
	{"base", small},
	{"engines", small + " podman conmon crun runc containerd docker.io fuse-overlayfs slirp4netns iptables ca-certificates criu"},
}

const small = "systemd-sysv dbus dbus-user-session libpam-systemd passwd login kmod procps uidmap iproute2 nftables " +
	"busybox-static bubblewrap strace attr xz-utils zstd"

// settings make such a root one for a guest: the user, and no service that only
// costs time. mmdebstrap runs them when the packages are there.
var settings = []string{
	`chroot "$1" useradd --create-home --uid 1000 --shell /bin/bash ` + User,
	`chroot "$1" systemctl -q mask getty@.service serial-getty@.service console-getty.service systemd-timesyncd.service ` +
		`apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-networkd.service tmp.mount ` +
		`systemd-journal-catalog-update.service systemd-hwdb-update.service ldconfig.service systemd-pcrlock-make-policy.service || true`,
	`echo vm >"$1/etc/hostname"; echo 127.0.0.1 localhost vm >"$1/etc/hosts"; touch "$1/etc/.updated" "$1/var/.updated"`,
}

// unwanted are files of packages that no guest reads.
var unwanted = []string{"/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*"}

// free is the room for what a guest writes, in MiB.
const free = 8 << 10

// RootNames lists the roots that can be asked for.
func RootNames() []string {
	var names []string
	for _, r := range roots {
		names = append(names, r.name)
	}
	return names
}

// Root returns the disk image of the root file system name.
func (f *Folder) Root(name string) (string, error) {
	for _, r := range roots {
		if r.name == name {
			recipe := strings.Join(append([]string{suite, r.packages}, settings...), "\n")
			dir, err := f.part("root-"+name, recipe, func(dir string) error { return f.fetchRoot(dir, r.packages) })
			return filepath.Join(dir, "disk.ext4"), err
		}
	}
	return "", fmt.Errorf("there is no root %q; there are %v", name, RootNames())
}

// fetchRoot fills the folder of a root.
func (f *Folder) fetchRoot(dir, packages string) error {
	mirror, err := mirror()
	if err != nil {
		return err
	}
	if err := reach(mirror, filepath.Join(dir, "probe")); err != nil {
		return err
	}
	tree := filepath.Join(dir, "tree")
	defer os.RemoveAll(tree)
	arguments := []string{"--quiet", "--variant=essential", "--mode=root", "--architectures=amd64", "--include=" + strings.Join(strings.Fields(packages), ",")}
	for _, pattern := range unwanted {
		arguments = append(arguments, "--dpkgopt=path-exclude="+pattern)
	}
	for _, command := range settings {
		arguments = append(arguments, "--customize-hook="+command)
	}
	cmd := exec.Command("mmdebstrap", append(arguments, suite, tree, source(mirror, suite))...)
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	if _, err := output(cmd); err != nil {
		return err
	}
	return MakeDisk(filepath.Join(dir, "disk.ext4"), tree, free)
}
