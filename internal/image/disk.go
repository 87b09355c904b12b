package image

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// toDisk waits until all that was brought into the store is on the disk: once for
// everything, before the list of images names it. What the list names is whole
// after a loss of power, then.
func (l *Library) toDisk() error {
	fd, err := unix.Open(l.Path(), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: l.Path(), Err: err}
	}
	defer unix.Close(fd)
	if err := unix.Syncfs(fd); err != nil {
		return fmt.Errorf("wait until images are on the disk: %w", err)
	}
	return nil
}

// afterBoot takes away what no image needs, once after the machine was started:
// it may be from before the power was lost, and have its name but not all of its
// content.
func (l *Library) afterBoot(ctx context.Context) error {
	now, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return fmt.Errorf("find out which boot this is: %w", err)
	}
	last, err := os.ReadFile(l.Path("boot"))
	if err == nil && bytes.Equal(last, now) {
		return nil
	}
	alone, err := l.AloneWait(ctx)
	if err != nil {
		return err
	}
	defer alone.Close()
	if last, err := os.ReadFile(l.Path("boot")); err == nil && bytes.Equal(last, now) {
		return nil // somebody else has done it meanwhile
	}
	if _, err := l.collect(keepPartial); err != nil {
		return fmt.Errorf("tidy up the store of images after a boot: %w", err)
	}
	return os.WriteFile(l.Path("boot"), now, 0o600)
}
