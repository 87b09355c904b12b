package why

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// interpreter returns the path of what runs the file: of a script's first
// line, or an ELF file's loader.
func (f Failure) interpreter(file string) (path string, script bool) {
	if head, ok := f.head(file); ok {
		if path, ok := parseShebang(head); ok {
			return path, true
		}
	}
	if r, err := f.file(file); err == nil {
		defer r.Close()
		elf, _ := parseELF(r)
		return elf.loader, false
	}
	return "", false
}

// file opens a regular file of the new root for reading. One of the caller's
// own root is found without /proc, which is not in every root.
func (f Failure) file(name string) (*os.File, error) {
	if root, _, _ := f.behind(name); f.Root == "" && root == "" {
		return regular(os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0))
	}
	fd, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, os.ErrInvalid
	}
	return os.Open(fmt.Sprintf("/proc/self/fd/%d", fd))
}

func regular(f *os.File, err error) (*os.File, error) {
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, os.ErrInvalid
	}
	return f, nil
}

func (f Failure) head(name string) ([]byte, bool) {
	r, err := f.file(name)
	if err != nil {
		return nil, false
	}
	defer r.Close()
	head := make([]byte, shebangSize)
	n, _ := r.ReadAt(head, 0)
	return head[:n], n > 0
}
