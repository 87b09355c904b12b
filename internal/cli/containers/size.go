package containers

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"isle/internal/engine"
	"isle/internal/image/store"
)

// sizeOf measures what a container takes.
func sizeOf(c *engine.Container, i *store.Image) (*Size, error) {
	own, err := written(c.Path("upper"))
	s := &Size{Own: own, Total: own}
	if i != nil {
		s.Total += i.Bytes()
	}
	return s, err
}

// written is how much the files below a folder take. What an ordinary user
// may not read is not counted.
func written(dir string) (int64, error) {
	total := int64(0)
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrPermission) || errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return nil // removed meanwhile
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok && !d.IsDir() {
			total += st.Size / int64(max(1, st.Nlink))
		}
		return nil
	})
	return total, err
}
