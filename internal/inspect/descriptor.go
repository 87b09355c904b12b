package inspect

import (
	"cmp"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Descriptor is an open file of a process (proc_pid_fd(5)).
type Descriptor struct {
	FD     int    `json:"fd"`
	Target string `json:"target"` // a path, "pipe:[123]", "socket:[123]", "anon_inode:[eventfd]"
	Write  bool   `json:"write"`  // may be written to
	// Device and Inode identify the file.
	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`
	// Mode has the file's type and permissions, and Special the number of a device.
	Mode    uint32 `json:"mode"`
	Special uint64 `json:"special,omitempty"`
}

func (p *Process) readDescriptors() error {
	dir, err := os.Open(p.path("fd"))
	if err != nil {
		return err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	p.Descriptors = make([]Descriptor, 0, len(names))
	for _, name := range names {
		if d, ok := p.descriptor(name); ok && !p.own(&d, dir) {
			p.Descriptors = append(p.Descriptors, d)
		}
	}
	slices.SortFunc(p.Descriptors, func(a, b Descriptor) int { return cmp.Compare(a.FD, b.FD) })
	return nil
}

// own says whether a descriptor of this very process is the one it reads with.
func (p *Process) own(d *Descriptor, dir *os.File) bool {
	return p.PID == os.Getpid() && d.FD == int(dir.Fd())
}

func (p *Process) descriptor(name string) (d Descriptor, ok bool) {
	n, err := strconv.Atoi(name)
	if err != nil {
		return d, false
	}
	target, err := os.Readlink(p.path("fd/" + name))
	if err != nil {
		return d, false // closed meanwhile
	}
	d = Descriptor{FD: n, Target: strings.ToValidUTF8(target, "�")}
	// Without asking a server, which may be dead or hostile, what is new.
	var st unix.Statx_t
	if unix.Statx(unix.AT_FDCWD, p.path("fd/"+name), unix.AT_STATX_DONT_SYNC, unix.STATX_BASIC_STATS, &st) == nil {
		d.Device, d.Inode = unix.Mkdev(st.Dev_major, st.Dev_minor), st.Ino
		d.Mode, d.Special = uint32(st.Mode), unix.Mkdev(st.Rdev_major, st.Rdev_minor)
	}
	info, _ := p.read("fdinfo/" + name)
	for line := range strings.Lines(info) {
		if value, found := strings.CutPrefix(line, "flags:"); found {
			flags, _ := strconv.ParseUint(strings.TrimSpace(value), 8, 32)
			d.Write = flags&unix.O_ACCMODE != unix.O_RDONLY && flags&unix.O_PATH == 0
		}
	}
	return d, true
}

// SharedDescriptor is an open file that two processes share: an offset, a lock
// or a read by one is the other's as well (kcmp(2), KCMP_FILE).
type SharedDescriptor struct {
	A, B   int // the numbers in either
	Target string
}

// mostAsked is how often the kernel is asked whether two are one: files of one
// sort may all have one inode number.
const mostAsked = 1 << 16

// The types of kcmp(2).
const kcmpFile = 0

// SharedDescriptors finds the open files that two processes share, each once.
// It takes the right to trace both.
func SharedDescriptors(a, b *Process) (shared []SharedDescriptor, err error) {
	byFile := map[[2]uint64][]Descriptor{}
	for _, d := range b.Descriptors {
		byFile[[2]uint64{d.Device, d.Inode}] = append(byFile[[2]uint64{d.Device, d.Inode}], d)
	}
	asked := 0
	for _, d := range a.Descriptors {
		for _, other := range byFile[[2]uint64{d.Device, d.Inode}] {
			if asked++; asked > mostAsked {
				return shared, errors.New("there are too many files of one sort, such as of eventfd(2)")
			}
			order, _, errno := unix.Syscall6(unix.SYS_KCMP, uintptr(a.PID), uintptr(b.PID), kcmpFile, uintptr(d.FD), uintptr(other.FD), 0)
			switch {
			case errno == 0 && order == 0:
				shared = append(shared, SharedDescriptor{d.FD, other.FD, d.Target})
			case errno != 0 && errno != unix.EBADF && errno != unix.ESRCH:
				return nil, os.NewSyscallError("kcmp", errno)
			}
			if errno == 0 && order == 0 {
				break
			}
		}
	}
	return shared, nil
}
