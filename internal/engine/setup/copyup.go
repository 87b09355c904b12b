package setup

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/idmap"
)

// CopyUp fills a volume that is empty with what the image has on its path. If
// that is nothing, the volume goes to the container's user.
type CopyUp struct {
	Layers   Layers
	Path     string // in the container
	To       string // the volume's folder
	UID, GID uint32 // of the user, by the host's ids
	// Users and Groups are the container's ids on the host, if the layers have
	// those that it sees itself.
	Users, Groups idmap.Map
}

// copyUp has a volume filled if there is anything to be done for that.
func (m *maker) copyUp(at, dir string) {
	c := CopyUp{Layers: m.Layers, Path: at, To: dir}
	c.UID, c.GID = m.owner()
	if !m.req.Rootless {
		c.Users, c.Groups = idmap.Map(m.ids.users), idmap.Map(m.ids.groups)
	}
	n, err := m.Layers.find(at)
	if err == nil {
		n.close()
	}
	var st unix.Stat_t
	if err != nil && unix.Stat(dir, &st) == nil && st.Uid == c.UID && st.Gid == c.GID {
		return
	}
	m.out.Copies = append(m.out.Copies, c)
}

// Do copies. It is done whole beside the volume first: of one that was killed,
// nothing is left in it. Like Chown, it needs a process that has the ids.
func (c CopyUp) Do() error {
	if err := c.do(); err != nil {
		return &os.PathError{Op: "copy what the image has on " + c.Path + " to the volume", Path: c.To, Err: err}
	}
	return nil
}

func (c CopyUp) do() error {
	volume, err := unix.Open(c.To, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(volume)
	if err := unix.Flock(volume, unix.LOCK_EX); err != nil {
		return err
	}
	if !empty(c.To) {
		return nil // somebody else was faster
	}
	from, err := c.Layers.find(c.Path)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) || err == nil && from.kind() != unix.S_IFDIR {
		if err == nil {
			from.close()
		}
		uid, gid, err := here(c.UID, c.GID)
		if err != nil {
			return err
		}
		return unix.Fchown(volume, uid, gid)
	}
	if err != nil {
		return err
	}
	defer from.close()
	draft := c.To + ".copy"
	if err := os.RemoveAll(draft); err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	if err := os.Mkdir(draft, 0o700); err != nil {
		return err
	}
	fd, err := unix.Open(draft, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := c.copyTree(from, fd, 0); err != nil {
		return err
	}
	names, err := namesIn(fd)
	for _, name := range names {
		if err == nil {
			err = unix.Renameat2(fd, name, volume, name, unix.RENAME_NOREPLACE)
		}
	}
	if err != nil {
		return err
	}
	return c.dress(volume, &from.st)
}

// copyTree copies what is in a directory of the layers.
func (c CopyUp) copyTree(from *node, to, depth int) error {
	if depth > deepest {
		return syscall.ELOOP
	}
	seen := map[string]bool{}
	for _, dir := range from.fds {
		names, err := namesIn(dir)
		if err != nil {
			return err
		}
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			n, err := from.child(name)
			if err == unix.ENOENT {
				continue // a whiteout
			}
			if err == nil {
				err = c.copyOne(n, to, name, depth)
				n.close()
			}
			if err != nil {
				return &os.PathError{Op: "copy", Path: filepath.Join(c.Path, name), Err: err}
			}
		}
	}
	return nil
}
