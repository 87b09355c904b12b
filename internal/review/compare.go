package review

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"

	"golang.org/x/sys/unix"
)

// file is something on one side, looked at.
type file struct {
	fd int // by node
	*Stamp
	attrs map[string]string
	link  string
}

// look opens a name in a directory and reads what is known of it but for its
// contents.
func look(dir int, name string) (*file, error) {
	fd, err := node(dir, name)
	if err != nil {
		return nil, err
	}
	f, err := lookFD(fd)
	if err != nil {
		unix.Close(fd)
	}
	return f, err
}

func lookFD(fd int) (*file, error) {
	f := &file{fd: fd}
	var err error
	if f.Stamp, err = stampFD(fd); err != nil {
		return nil, err
	}
	if f.attrs, err = attributes(fd); err != nil {
		return nil, err
	}
	if f.kind() == unix.S_IFLNK {
		f.link, err = readLink(fd)
	}
	return f, err
}

func (f *file) close() {
	if f != nil {
		unix.Close(f.fd)
	}
}

func readLink(fd int) (string, error) {
	buffer := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(fd, "", buffer)
	if err != nil {
		return "", err
	}
	return string(buffer[:n]), nil
}

// difference says in what two files differ; nothing is that they are equal.
func difference(upper, lower *file) ([]string, error) {
	if upper.kind() != lower.kind() {
		return []string{"type"}, nil
	}
	var what []string
	add := func(differ bool, word string) {
		if differ {
			what = append(what, word)
		}
	}
	if upper.regular() {
		same, err := sameContents(upper, lower)
		if err != nil {
			return nil, err
		}
		add(!same, "content")
	}
	add(upper.link != lower.link, "target")
	add(upper.kind() != unix.S_IFDIR && upper.Rdev != lower.Rdev, "device")
	add(upper.perm() != lower.perm(), "mode")
	add(upper.UID != lower.UID || upper.GID != lower.GID, "owner")
	add(!maps.Equal(upper.attrs, lower.attrs), "attributes")
	add(!upper.isDir() && len(what) == 0 && upper.Mtime != lower.Mtime, "time")
	return what, nil
}

func sameContents(a, b *file) (bool, error) {
	if a.Size != b.Size {
		return false, nil
	}
	if a.Size == 0 {
		return true, nil
	}
	one, err := contents(a.fd)
	if err != nil {
		return false, err
	}
	defer one.Close()
	other, err := contents(b.fd)
	if err == unix.EACCES {
		return false, nil // it could not be read before either, so it was written anew
	}
	if err != nil {
		return false, err
	}
	defer other.Close()
	return sameData(one, other, a.Size)
}

// sameData compares two files of one size. Where both have a hole there is
// nothing to be read: a file of exabytes is made in no time.
func sameData(a, b *os.File, size int64) (bool, error) {
	x, y := make([]byte, 256<<10), make([]byte, 256<<10)
	for at := int64(0); at < size; {
		at = min(nextData(a, at, size), nextData(b, at, size))
		n := min(int64(len(x)), size-at)
		if n == 0 {
			break
		}
		if err := errors.Join(readAt(a, x[:n], at), readAt(b, y[:n], at)); err != nil {
			return false, err
		}
		if !bytes.Equal(x[:n], y[:n]) {
			return false, nil
		}
		at += n
	}
	return true, nil
}

// nextData is where in a file, from an offset on, there is something else than a
// hole (lseek(2)).
func nextData(f *os.File, at, size int64) int64 {
	switch data, err := unix.Seek(int(f.Fd()), at, unix.SEEK_DATA); err {
	case nil:
		return min(data, size)
	case unix.ENXIO:
		return size
	default:
		return at
	}
}

// readAt fills a buffer; beyond the end of a file that became shorter it is zeros.
func readAt(f *os.File, b []byte, at int64) error {
	n, err := f.ReadAt(b, at)
	clear(b[n:])
	if err == io.EOF {
		return nil
	}
	return err
}

// special says what gives a file power that it should not get unseen.
func special(f *file) []string {
	var list []string
	if !f.isDir() && f.kind() != unix.S_IFLNK {
		if f.Mode&unix.S_ISUID != 0 {
			list = append(list, "set-user-ID")
		}
		if f.Mode&unix.S_ISGID != 0 {
			list = append(list, "set-group-ID")
		}
	}
	switch f.kind() {
	case unix.S_IFCHR, unix.S_IFBLK:
		list = append(list, "device")
	case unix.S_IFSOCK:
		list = append(list, "socket")
	}
	return append(list, specialAttributes(f.attrs)...)
}
