package container

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// Store is the directory that has a directory for each container.
type Store struct{ Dir string }

// ErrNoContainer is the cause of an error if there is no container of that id.
var ErrNoContainer = errors.New("container does not exist")

// DefaultStore is where containers are kept if nothing else is said: in a file
// system that does not outlive the host's running, of root or of the user.
func DefaultStore() Store {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && !ownsRun() {
		return Store{filepath.Join(dir, "isle", "oci")}
	}
	if uid := os.Geteuid(); uid != 0 {
		return Store{fmt.Sprintf("/tmp/isle-%d/oci", uid)}
	}
	return Store{"/run/isle/oci"}
}

// ownsRun says whether /run is this process's to write in. It is not of one that
// is root in a user namespace only, as what podman starts for an ordinary user is;
// one that root has made there says so with USER.
func ownsRun() bool {
	return os.Geteuid() == 0 && (os.Getenv("USER") == "root" || ns.InInitial(ns.User))
}

// checkID says why a text cannot be the id of a container: it becomes the name
// of a directory and a part of a cgroup's.
func checkID(id string) error {
	if id == "" || id == "." || id == ".." || len(id) > 1024 {
		return fmt.Errorf("invalid container id %q: it has 1 to 1024 letters, digits, dots, and the signs _ + -", id)
	}
	for _, c := range []byte(id) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '_' && c != '+' && c != '-' && c != '.' {
			return fmt.Errorf("invalid container id %q: it has letters, digits, dots, and the signs _ + - only", id)
		}
	}
	return nil
}

// own refuses a directory that somebody else could have made in this user's
// name, as in /tmp.
func (s Store) own() error {
	var st unix.Stat_t
	if err := unix.Stat(s.Dir, &st); err != nil {
		return &os.PathError{Op: "look at", Path: s.Dir, Err: err}
	}
	if int(st.Uid) != os.Geteuid() && st.Uid != 0 {
		return fmt.Errorf("the directory of containers, %s, belongs to user %d (set XDG_RUNTIME_DIR, or say --root)", s.Dir, st.Uid)
	}
	return nil
}

func (s Store) path(id string) string { return filepath.Join(s.Dir, id) }

// make makes the container's directory, which says that the id is taken.
func (s Store) make(id string) (*directory, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of containers: %w", err)
	}
	if err := s.own(); err != nil {
		return nil, err
	}
	if err := os.Mkdir(s.path(id), 0o711); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("container with id %s exists already (isle oci delete %s removes it)", id, id)
		}
		return nil, fmt.Errorf("make the container's directory: %w", err)
	}
	return s.open(id, true)
}

// open opens the container's directory and, to change something, locks it.
func (s Store) open(id string, lock bool) (*directory, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	fd, err := unix.Open(s.path(id), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err == unix.ENOENT {
		return nil, fmt.Errorf("container %q: %w", id, ErrNoContainer)
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: s.path(id), Err: err}
	}
	d := &directory{fd: fd, path: s.path(id)}
	if !lock {
		return d, nil
	}
	if err := d.lock(); err != nil {
		d.Close()
		return nil, err
	}
	if d.gone() { // deleted while this one waited
		d.Close()
		return nil, fmt.Errorf("container %q: %w", id, ErrNoContainer)
	}
	return d, nil
}

// IDs lists the containers there are.
func (s Store) IDs() ([]string, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && checkID(e.Name()) == nil {
			ids = append(ids, e.Name())
		}
	}
	return ids, err
}
