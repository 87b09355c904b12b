package review

import (
	"time"

	"golang.org/x/sys/unix"
)

// Stamp is what tells whether a file is still the one that it was (inode(7)).
type Stamp struct {
	Dev, Ino     uint64
	Mode         uint32 // type and permissions
	UID, GID     uint32
	Links        uint64
	Size         int64
	Rdev         uint64
	Mtime, Ctime int64 // ns
}

func stampOf(st *unix.Stat_t) *Stamp {
	return &Stamp{Dev: st.Dev, Ino: st.Ino, Mode: st.Mode, UID: st.Uid, GID: st.Gid, Links: uint64(st.Nlink),
		Size: st.Size, Rdev: st.Rdev, Mtime: st.Mtim.Nano(), Ctime: st.Ctim.Nano()}
}

// stampAt is the stamp of a name in a directory, nil if there is none.
func stampAt(dir int, name string) (*Stamp, error) {
	var st unix.Stat_t
	switch err := unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW); err {
	case nil:
		return stampOf(&st), nil
	case unix.ENOENT:
		return nil, nil
	default:
		return nil, err
	}
}

func stampFD(fd int) (*Stamp, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, err
	}
	return stampOf(&st), nil
}

func (s *Stamp) kind() uint32  { return s.Mode & unix.S_IFMT }
func (s *Stamp) isDir() bool   { return s.kind() == unix.S_IFDIR }
func (s *Stamp) perm() uint32  { return s.Mode & 0o7777 }
func (s *Stamp) regular() bool { return s.kind() == unix.S_IFREG }

// whiteout says that the stamp is the mark by which an overlay hides a file.
func (s *Stamp) whiteout() bool { return s.kind() == unix.S_IFCHR && s.Rdev == 0 }

// Type is a word for the type of the file.
func (s *Stamp) Type() string {
	switch s.kind() {
	case unix.S_IFREG:
		return "file"
	case unix.S_IFDIR:
		return "directory"
	case unix.S_IFLNK:
		return "link"
	case unix.S_IFIFO:
		return "pipe"
	case unix.S_IFSOCK:
		return "socket"
	}
	return "device"
}

// same says that a file is as it was. A directory is if it is the same one with
// the same permissions: its times change with whatever is made in it. Numbers of
// devices are not compared, for they differ after each start of the system.
func (s *Stamp) same(o *Stamp) bool {
	if s == nil || o == nil {
		return s == o
	}
	if s.Ino != o.Ino || s.Mode != o.Mode || s.UID != o.UID || s.GID != o.GID {
		return false
	}
	return s.isDir() || s.Size == o.Size && s.Rdev == o.Rdev && s.Mtime == o.Mtime && s.Ctime == o.Ctime
}

// sameMoved is same for a file that was renamed in between, which changes the
// time of its last change.
func (s *Stamp) sameMoved(o *Stamp) bool {
	copy := *o
	copy.Ctime = s.Ctime
	return s.same(&copy)
}

// changedSince says whether a file may have been changed at or after a moment.
// The kernel sets the time of the last change and nobody can set it back. File
// systems keep it in steps of their own, down to seconds, which the zeros at its
// end give away.
func (s *Stamp) changedSince(moment int64) bool {
	step := int64(1)
	for step < int64(time.Second) && s.Ctime%(step*10) == 0 {
		step *= 10
	}
	return s.Ctime+step-1 >= moment
}
