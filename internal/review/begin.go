package review

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Begin notes the layers and the moment: it comes right before the program
// starts. Each Layer has its Host and Upper, which are there.
func (r *Review) Begin(layers []Layer) error {
	for i := range layers {
		l := &layers[i]
		lower, upper, err := l.stamps(r.Dir)
		if err != nil {
			return fmt.Errorf("begin a review of %s: %w", l.Host, err)
		}
		l.Root, l.Made = *lower, *upper
	}
	r.Layers, r.Started = layers, time.Now()
	r.Since, r.Epoch = moment(), epoch()
	return r.Save()
}

func (l *Layer) stamps(dir string) (lower, upper *Stamp, err error) {
	host, err := unix.Open(l.Host, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, &os.PathError{Op: "open", Path: l.Host, Err: err}
	}
	defer unix.Close(host)
	l.FileSystem, l.Born = fileSystem(host), born(host)
	if lower, err = stampFD(host); err != nil {
		return nil, nil, err
	}
	path := filepath.Join(dir, l.Upper)
	up, err := unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(up)
	upper, err = stampFD(up)
	return lower, upper, err
}
