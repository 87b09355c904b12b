package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"isle/test/vm/boot"
)

// tools are the programs that vm runs, with Debian's package of each.
var tools = []struct{ program, pkg string }{
	{"apt-get", "apt"}, {"dpkg-deb", "dpkg"}, {"mmdebstrap", "mmdebstrap"}, {"mke2fs", "e2fsprogs"}, {"depmod", "kmod"},
	{"modprobe", "kmod"}, {"xz", "xz-utils"}, {"qemu-system-x86_64", "qemu-system-x86"},
}

// lacking says what keeps vm from working on this machine.
func lacking() error {
	if runtime.GOARCH != "amd64" {
		return fmt.Errorf("guests are made for amd64 alone, this is %s", runtime.GOARCH)
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("only root makes guests, this is user %d", os.Geteuid())
	}
	var missing []string
	for _, t := range tools {
		if _, err := exec.LookPath(t.program); err != nil && !slices.Contains(missing, t.pkg) {
			missing = append(missing, t.pkg)
		}
	}
	if boot.Virtiofsd() == "" {
		missing = append(missing, "virtiofsd (with qemu before 8: qemu-system-common)")
	}
	if missing != nil {
		return fmt.Errorf("programs are missing; apt-get install %s", strings.Join(missing, " "))
	}
	return nil
}
