package sandbox

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"isle/internal/plan"
)

// KeptLayer is an overlay whose changes are kept in Root.Keep.
type KeptLayer struct {
	Lower string // the directory that is seen through it
	Upper string // the directory that the changes go to
	// UserXattr says that the overlay's marks are attributes "user.overlay.*"
	// instead of "trusted.overlay.*".
	UserXattr bool
}

// PrepareKeep makes the directories that keep the changes of overlays, for the
// plan itself makes nothing outside of its own mount namespace. A new one gets
// the mode and, where that is allowed, the owner of the directory that it
// stands for.
func (c *Cmd) PrepareKeep() error {
	overlays, err := c.kept()
	for _, o := range overlays {
		if err == nil {
			err = errors.Join(os.MkdirAll(o.Work, 0o755), os.MkdirAll(filepath.Dir(o.Upper), 0o755))
		}
		if err == nil {
			err = makeLike(o.Upper, o.Lowers[len(o.Lowers)-1])
		}
	}
	return err
}

// makeLike makes a directory, unless it is there, with the owner and mode of another.
func makeLike(path, like string) error {
	switch err := os.Mkdir(path, 0o700); {
	case errors.Is(err, os.ErrExist):
		return os.MkdirAll(path, 0o700) // which fails if it is no directory
	case err != nil:
		return err
	}
	var st syscall.Stat_t
	if err := syscall.Stat(like, &st); err != nil {
		return &os.PathError{Op: "look at", Path: like, Err: err}
	}
	if err := os.Chown(path, int(st.Uid), int(st.Gid)); err != nil && !errors.Is(err, os.ErrPermission) && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	if err := syscall.Chmod(path, st.Mode&0o7777); err != nil {
		return &os.PathError{Op: "chmod", Path: path, Err: err}
	}
	return nil
}

// KeptLayers lists the overlays whose changes are kept, none without Root.Keep.
func (c *Cmd) KeptLayers() ([]KeptLayer, error) {
	overlays, err := c.kept()
	var list []KeptLayer
	for _, o := range overlays {
		list = append(list, KeptLayer{o.Lowers[len(o.Lowers)-1], o.Upper, o.UserXattr})
	}
	return list, err
}

func (c *Cmd) kept() ([]*plan.Overlay, error) {
	if c.Root == nil || c.Root.Keep == "" {
		return nil, nil
	}
	p, err := c.Plan()
	if err != nil {
		return nil, err
	}
	var list []*plan.Overlay
	for _, step := range p.Steps {
		if o, ok := step.(*plan.Overlay); ok {
			list = append(list, o)
		}
	}
	return list, nil
}
