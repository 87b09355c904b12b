package ns

import (
	"bytes"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// procfs reads below /proc with few system calls and no garbage: a scan makes
// some twenty calls a process, and a busy host has many thousand processes. It
// is for one goroutine.
type procfs struct {
	root int    // /proc
	path []byte // the one being used, with a zero behind it
	buf  []byte
}

// openProcfs opens it with room for that many bytes of a file.
func openProcfs(room int) (*procfs, error) {
	root, err := unix.Open("/proc", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return &procfs{root: root, path: make([]byte, 0, 64), buf: make([]byte, room)}, nil
}

func (p *procfs) close() { unix.Close(p.root) }

// at sets the path to PID and what follows it.
func (p *procfs) at(pid int, below string) *byte {
	p.path = append(strconv.AppendInt(p.path[:0], int64(pid), 10), below...)
	p.path = append(p.path, 0)
	return &p.path[0]
}

// name sets the path to a name.
func (p *procfs) name(name []byte) *byte {
	p.path = append(append(p.path[:0], name...), 0)
	return &p.path[0]
}

// openAt opens a path from a directory; the path ends with a zero.
func (p *procfs) openAt(dir int, path string, flags int) (int, syscall.Errno) {
	fd, _, errno := syscall.RawSyscall6(unix.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.StringData(path))), uintptr(flags|unix.O_CLOEXEC), 0, 0, 0)
	return int(fd), errno
}

func (p *procfs) open(pid int, below string, flags int) (int, syscall.Errno) {
	path := p.at(pid, below)
	fd, _, errno := syscall.RawSyscall6(unix.SYS_OPENAT, uintptr(p.root), uintptr(unsafe.Pointer(path)), uintptr(flags|unix.O_CLOEXEC), 0, 0, 0)
	return int(fd), errno
}

// readlink returns the target of a link in a directory, until the next call.
func (p *procfs) readlink(dir int, name *byte) ([]byte, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_READLINKAT, uintptr(dir), uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&p.buf[0])), 256, 0, 0)
	if errno != 0 {
		return nil, errno
	}
	return p.buf[:n], 0
}

// file returns what a file begins with, until the next call.
func (p *procfs) file(pid int, below string) ([]byte, syscall.Errno) {
	fd, errno := p.open(pid, below, unix.O_RDONLY)
	if errno != 0 {
		return nil, errno
	}
	n, _, errno := syscall.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&p.buf[0])), uintptr(len(p.buf)))
	closeRaw(fd)
	if errno != 0 {
		return nil, errno
	}
	return p.buf[:n], 0
}

func (p *procfs) fstatat(dir int, path *byte, st *unix.Stat_t) syscall.Errno {
	_, _, errno := syscall.RawSyscall6(unix.SYS_NEWFSTATAT, uintptr(dir), uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(st)), 0, 0, 0)
	return errno
}

// entries calls f with each name in a directory but the two with dots. The name
// is f's until it returns. A signal, such as those by which Go's runtime takes
// the processor from a long call, ends one before the buffer is full, or before
// anything is in it: only an empty answer is the end.
func entries(fd int, buf []byte, f func(name []byte)) syscall.Errno {
	for {
		n, _, errno := syscall.RawSyscall(unix.SYS_GETDENTS64, uintptr(fd), uintptr(unsafe.Pointer(&buf[0])), uintptr(len(buf)))
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 || n == 0 {
			return errno
		}
		for rest := buf[:n]; len(rest) > 19; {
			length := int(rest[16]) | int(rest[17])<<8
			name := rest[19:length]
			name = name[:bytes.IndexByte(name, 0)]
			if name[0] != '.' {
				f(name)
			}
			rest = rest[length:]
		}
	}
}

func closeRaw(fd int) { syscall.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0) }

// number parses a decimal number; ok is false for anything else.
func number(text []byte) (n uint64, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' || n > 1<<60 {
			return 0, false
		}
		n = 10*n + uint64(c-'0')
	}
	return n, len(text) > 0
}

// inode parses "net:[4026531840]", the target of a link of a namespace.
func inode(link []byte) (uint64, bool) {
	i := bytes.IndexByte(link, '[')
	if i < 0 || link[len(link)-1] != ']' {
		return 0, false
	}
	return number(link[i+1 : len(link)-1])
}
