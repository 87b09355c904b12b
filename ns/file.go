package ns

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// File is a namespace that is held open: it lives at least as long as the File
// is not closed, even without a process in it (namespaces(7)).
type File struct {
	f    *os.File
	kind Kind
	id   ID
}

// ID identifies a namespace as long as it exists: the device and inode number
// of its file. Two IDs that are equal are of the same namespace; one of a
// namespace that is gone may come to mean another one.
type ID struct{ Dev, Ino uint64 }

// Open opens the namespace that a file stands for: a link such as
// /proc/PID/ns/net, or a file that a namespace was bound onto. The error of any
// other file is a *NotNamespaceError.
func Open(path string) (*File, error) {
	// To open a file may do something: a pipe waits, a device begins to work. The
	// path may lead to any, for it may be another's. So it is only opened once it
	// is known to be a namespace.
	at, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(at)
	var fs unix.Statfs_t
	if err := unix.Fstatfs(at, &fs); err != nil {
		return nil, &os.PathError{Op: "fstatfs", Path: path, Err: err}
	}
	if fs.Type != unix.NSFS_MAGIC {
		return nil, &NotNamespaceError{path}
	}
	fd, err := unix.Open("/proc/self/fd/"+strconv.Itoa(at), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err == unix.ENOENT { // without /proc there is but the path
		fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return newFile(fd, path)
}

// Of opens the namespace of a kind that a process is in; pid 0 is this process.
// It takes the right to look into the process (ptrace(2), PTRACE_MODE_READ).
func Of(pid int, kind Kind) (*File, error) { return Open(link(pid, kind)) }

// IDOf is the ID of the namespace of a kind that a process is in, without
// opening it; pid 0 is this process.
func IDOf(pid int, kind Kind) (ID, error) {
	var st unix.Stat_t
	if err := unix.Stat(link(pid, kind), &st); err != nil {
		return ID{}, &os.PathError{Op: "stat", Path: link(pid, kind), Err: err}
	}
	return ID{st.Dev, st.Ino}, nil
}

func link(pid int, kind Kind) string {
	process := "self"
	if pid != 0 {
		process = strconv.Itoa(pid)
	}
	return "/proc/" + process + "/ns/" + kind.File()
}

// newFile takes a descriptor over, or closes it if it is of no namespace.
func newFile(fd int, path string) (*File, error) {
	f := &File{f: os.NewFile(uintptr(fd), path)}
	if err := f.identify(path); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// identify finds out ID and kind. The file system's type is asked first, since
// an ioctl on another kind of file may do anything.
func (f *File) identify(path string) error {
	var fs unix.Statfs_t
	if err := unix.Fstatfs(f.Fd(), &fs); err != nil {
		return &os.PathError{Op: "fstatfs", Path: path, Err: err}
	}
	if fs.Type != unix.NSFS_MAGIC {
		return &NotNamespaceError{path}
	}
	var st unix.Stat_t
	if err := unix.Fstat(f.Fd(), &st); err != nil {
		return &os.PathError{Op: "fstat", Path: path, Err: err}
	}
	f.id = ID{st.Dev, st.Ino}
	flag, err := unix.IoctlRetInt(f.Fd(), unix.NS_GET_NSTYPE)
	if err != nil {
		return fmt.Errorf("get the kind of the namespace at %s: %w", path, err)
	}
	for _, k := range Kinds {
		if k.Flag() == uint64(uint32(flag)) {
			f.kind = k
			return nil
		}
	}
	return fmt.Errorf("%s is a namespace of an unknown kind (%#x)", path, flag)
}

// NotNamespaceError is a file that is no namespace.
type NotNamespaceError struct{ Path string }

func (e *NotNamespaceError) Error() string { return e.Path + " is not a namespace" }

// Close closes the file.
func (f *File) Close() error { return f.f.Close() }

// Fd is the descriptor, for setns(2). It is open until Close.
func (f *File) Fd() int { return int(f.f.Fd()) }

// Kind is the namespace's kind.
func (f *File) Kind() Kind { return f.kind }

// ID is the namespace's identity.
func (f *File) ID() ID { return f.id }

// String is the namespace as the links in /proc/PID/ns show it: "net:[4026531840]".
func (f *File) String() string { return fmt.Sprintf("%s:[%d]", f.kind.File(), f.id.Ino) }

// Same says whether two files are of the same namespace.
func Same(a, b *File) bool { return a.id == b.id }
