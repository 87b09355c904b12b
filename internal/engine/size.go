package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// SizeCommand is the first word of isle's command line when it is to print how
// much the files of a folder take, as the root of a user namespace with the user's
// subordinate ids.
const SizeCommand = "container-size"

// Size is how many bytes the files below a folder have. A file of several names
// counts in part by each.
func Size(dir string) (int64, error) {
	n, err := size(dir)
	if err == nil || os.Geteuid() == 0 || !errors.Is(err, os.ErrPermission) {
		return n, err
	}
	text, err := insideFor(SizeCommand, dir)
	if err != nil {
		return 0, fmt.Errorf("measure %s: %w", dir, err)
	}
	return strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
}

// PrintSize is what SizeCommand does.
func PrintSize(dir string) error {
	n, err := size(dir)
	if err == nil {
		_, err = fmt.Println(n)
	}
	return err
}

func size(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) { // removed meanwhile
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			total += st.Size / int64(max(1, st.Nlink))
		}
		return nil
	})
	return total, err
}
