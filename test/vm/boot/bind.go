package boot

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// bind is a file or folder of the host's seen at another place.
type bind struct {
	source, target string
	readOnly       bool
}

// mount makes the bind below root, and the empty file or folder for it. It is for
// a mount namespace of one's own, and goes with that.
func (b bind) mount(root string) error {
	target := root + b.target
	if err := b.place(target); err != nil {
		return err
	}
	if err := unix.Mount(b.source, target, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind %s on %s: %w", b.source, target, err)
	}
	if !b.readOnly {
		return nil
	}
	if err := unix.Mount("", target, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("make %s read-only: %w", target, err)
	}
	return nil
}

// place makes the empty file or folder target, for a mount.
func (b bind) place(target string) error {
	info, err := os.Stat(b.source)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.MkdirAll(target, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, nil, 0o600)
}
