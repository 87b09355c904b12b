package setup

import (
	"errors"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/idmap"
)

// Chown gives a tree of files to the container's user (the option U of -v).
type Chown struct {
	Path     string
	UID, GID uint32 // of the host, outside of all user namespaces
	Deep     bool   // with all that is in it
}

// Do changes the owners. An ordinary user needs a process for it that is in a user
// namespace with his subordinate ids. Links are not followed, and no file is that
// is not below the path.
func (c Chown) Do() error {
	uid, gid, err := here(c.UID, c.GID)
	if err != nil {
		return &os.PathError{Op: "give to the container's user", Path: c.Path, Err: err}
	}
	fd, err := unix.Open(c.Path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: c.Path, Err: err}
	}
	defer unix.Close(fd)
	if err := chownTree(fd, uid, gid, c.Deep, 0); err != nil {
		return &os.PathError{Op: "give to the container's user", Path: c.Path, Err: err}
	}
	return nil
}

// here are ids of the host in this process's own user namespace.
func here(hostUID, hostGID uint32) (uid, gid int, err error) {
	ids := [2]int{}
	for i, id := range []uint32{hostUID, hostGID} {
		file := []string{"/proc/self/uid_map", "/proc/self/gid_map"}[i]
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, 0, err
		}
		own, err := idmap.ParseMap(string(text))
		if err != nil {
			return 0, 0, err
		}
		found := false
		for _, r := range own {
			if id >= r.Outside && id-r.Outside < r.Count {
				ids[i], found = int(r.Inside+id-r.Outside), true
			}
		}
		if !found {
			return 0, 0, errors.New("this process has no id for " + strconv.Itoa(int(id)) + " of the host")
		}
	}
	return ids[0], ids[1], nil
}

const deepest = 1000 // folders in folders, with a descriptor each

func chownTree(fd, uid, gid int, deep bool, depth int) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	if int(st.Uid) != uid || int(st.Gid) != gid {
		if err := unix.Fchownat(fd, "", uid, gid, unix.AT_EMPTY_PATH); err != nil {
			return err
		}
	}
	if !deep || st.Mode&unix.S_IFMT != unix.S_IFDIR {
		return nil
	}
	if depth > deepest {
		return syscall.ELOOP
	}
	dir, err := os.Open("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(-1)
	dir.Close()
	if err != nil {
		return err
	}
	for _, name := range names {
		child, err := unix.Openat(fd, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if err == unix.ENOENT {
			continue
		}
		if err != nil {
			return err
		}
		err = chownTree(child, uid, gid, deep, depth+1)
		unix.Close(child)
		if err != nil {
			return err
		}
	}
	return nil
}

// chown gives what is mounted to the container's user before the start.
func (m *maker) chown(path string) {
	uid, gid := m.owner()
	m.out.Chowns = append(m.out.Chowns, Chown{Path: path, UID: uid, GID: gid, Deep: true})
}

// owner is the container's user, by the host's ids.
func (m *maker) owner() (uid, gid uint32) {
	return m.ids.users.host(m.user.UID), m.ids.groups.host(m.user.GID)
}
