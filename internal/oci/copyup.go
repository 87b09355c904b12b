package oci

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// copyTree copies what is in one directory into another, which is empty: with
// modes and, as far as it may, owners. Devices and sockets are left out. Both
// are descriptors; nothing is followed out of either.
func copyTree(from, to int) error {
	source, err := os.OpenRoot("/proc/self/fd/" + strconv.Itoa(from))
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenRoot("/proc/self/fd/" + strconv.Itoa(to))
	if err != nil {
		return err
	}
	defer target.Close()
	return fs.WalkDir(source.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return copyEntry(source, target, name, info)
	})
}

func copyEntry(source, target *os.Root, name string, info fs.FileInfo) error {
	var err error
	switch {
	case info.IsDir():
		err = target.Mkdir(name, 0o700)
	case info.Mode().IsRegular():
		err = copyFile(source, target, name)
	case info.Mode()&fs.ModeSymlink != 0:
		var link string
		if link, err = source.Readlink(name); err == nil {
			err = target.Symlink(link, name)
		}
	default:
		return nil
	}
	if err != nil {
		return err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		if err := target.Lchown(name, int(st.Uid), int(st.Gid)); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EINVAL) {
			return err
		}
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return nil
	}
	return target.Chmod(name, info.Mode())
}

func copyFile(source, target *os.Root, name string) error {
	in, err := source.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := target.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
