package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/inspect"
	"isle/internal/resolve"
	"isle/ns"
)

// openRoot opens the process's root directory, and tries whether a path can be
// looked up from it: where it cannot, all files would seem not to be there.
func (s *subject) openRoot() {
	s.root, s.rootErr = unix.Open(s.path("root"), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if s.rootErr == nil {
		_, s.rootErr = s.find("/")
	}
	switch {
	case errors.Is(s.rootErr, fs.ErrPermission):
		s.rootErr = errors.New("its root may not be opened: that takes the right to trace the process (ptrace(2))")
	case s.rootErr != nil:
		s.rootErr = fmt.Errorf("look into its root: %w", s.rootErr)
	}
}

// file is a file in the process's root: what it is, and what it is on.
type file struct {
	unix.Stat_t
	kind     int64 // the file system's magic number
	readOnly bool  // because of the mount or the file system
	noDevice bool  // devices do not work there
}

// find looks a path of the process's root up as the process would, never
// leaving that root, and without opening what is there.
func (s *subject) find(path string) (f file, err error) {
	fd, err := s.open(path, unix.O_PATH)
	if err != nil {
		return f, err
	}
	defer unix.Close(fd)
	var on unix.Statfs_t
	if err = unix.Fstat(fd, &f.Stat_t); err == nil {
		err = unix.Fstatfs(fd, &on)
	}
	f.kind, f.readOnly, f.noDevice = int64(on.Type), on.Flags&unix.ST_RDONLY != 0, on.Flags&unix.ST_NODEV != 0
	return f, err
}

func (s *subject) open(path string, flags uint64) (int, error) {
	if s.root < 0 {
		return -1, s.rootErr
	}
	how := uint64(unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS)
	if s.foreignServer() {
		// A lookup waits for whoever serves the file system, who may be the
		// process itself. Without links the path shows what it leads to.
		how |= unix.RESOLVE_NO_SYMLINKS
		if m := s.at("/" + path); m == nil || served(m) {
			return -1, unix.ENOENT
		}
	}
	return resolve.Open(s.root, "./"+strings.TrimPrefix(path, "/"), flags, how)
}

// served says whether a program answers for the files of a mount.
func served(m *inspect.Mount) bool {
	for _, t := range [...]string{"fuse", "fuseblk", "autofs", "nfs", "nfs4", "9p", "cifs", "smb3", "ceph"} {
		if m.Type == t || strings.HasPrefix(m.Type, t+".") {
			return true
		}
	}
	return false
}

func (s *subject) foreignServer() bool {
	for i := range s.Mounts {
		if served(&s.Mounts[i]) {
			return true
		}
	}
	return false
}

// The bits of a mode that access asks for.
const (
	toRead  = 4
	toWrite = 2
)

// may says whether the process may read or write a file, by its owner, group
// and mode, and by CAP_DAC_OVERRIDE where that counts.
func (s *subject) may(want uint32, st *unix.Stat_t) bool {
	c := &s.Credentials
	if c.Effective.Has(unix.CAP_DAC_OVERRIDE) && (s.shares(ns.User) || s.mapped(st)) {
		return true
	}
	switch {
	case c.UIDs[3] == st.Uid:
		return st.Mode>>6&want == want
	case s.member(st.Gid):
		return st.Mode>>3&want == want
	}
	return st.Mode&want == want
}

func (s *subject) member(gid uint32) bool {
	if s.Credentials.GIDs[3] == gid {
		return true
	}
	for _, g := range s.Credentials.Groups {
		if g == gid {
			return true
		}
	}
	return false
}

// mapped says whether its user namespace has the ids of a file's owner, over
// which its capabilities count then (user_namespaces(7)).
func (s *subject) mapped(st *unix.Stat_t) bool {
	user, group := false, false
	for _, r := range s.IDs.UIDMap {
		user = user || st.Uid >= r.Outside && st.Uid-r.Outside < r.Count
	}
	for _, r := range s.IDs.GIDMap {
		group = group || st.Gid >= r.Outside && st.Gid-r.Outside < r.Count
	}
	return user && group
}
