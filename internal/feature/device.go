package feature

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// The probes of devices that an ordinary user needs.
var (
	Tun = &Probe{
		Name: "/dev/net/tun", Area: Devices, Config: "CONFIG_TUN",
		For:      "a network for an ordinary user's island",
		question: device{"/dev/net/tun", "tun", "CONFIG_TUN"},
	}
	Fuse = &Probe{
		Name: "/dev/fuse", Area: Devices, Config: "CONFIG_FUSE_FS",
		For:      "file systems in user space on an island",
		question: device{"/dev/fuse", "fuse", "CONFIG_FUSE_FS"},
	}
)

// device asks whether a device can be opened for reading and writing, which for
// these two does nothing until an ioctl or a mount follows.
type device struct{ path, module, config string }

func (d device) ask() (string, error) {
	f, err := os.OpenFile(d.path, os.O_RDWR, 0)
	switch {
	case err == nil:
		return "", f.Close()
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO):
		if builtWithout(d.config) {
			return "", ErrNotSupported
		}
		return "", no("there is no "+d.path, "modprobe "+d.module)
	case errors.Is(err, unix.EACCES):
		return "", no(d.forbidden(), "chmod a+rw "+d.path)
	}
	return "", err
}

func (d device) forbidden() string {
	info, err := os.Stat(d.path)
	if err != nil {
		return "this user may not open it"
	}
	return fmt.Sprintf("this user may not open it (mode %04o)", info.Mode().Perm())
}
