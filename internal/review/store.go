package review

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/rootfs"
)

// Store is the directory that reviews are kept in. Nobody else may enter it:
// programs of its owner are in it which anyone could execute otherwise.
type Store struct{ Dir string }

// ErrBusy is what somebody else is at work on, or whose program still runs.
var ErrBusy = errors.New("its program still runs, or another isle is at work on it")

// Review is a program's changes, with a name.
type Review struct {
	Name, Dir string
	Record
	store *Store
	lock  *os.File
}

// DefaultStore is the user's: what ISLE_REVIEW_DIR names, or isle/review in the
// directory of the user's data (XDG Base Directory Specification).
func DefaultStore() (*Store, error) {
	dir := os.Getenv("ISLE_REVIEW_DIR")
	switch {
	case filepath.IsAbs(dir):
	case os.Geteuid() == 0:
		dir = "/var/lib/isle/review"
	case filepath.IsAbs(os.Getenv("XDG_DATA_HOME")):
		dir = filepath.Join(os.Getenv("XDG_DATA_HOME"), "isle/review")
	default:
		home, err := os.UserHomeDir()
		if err != nil || !filepath.IsAbs(home) {
			return nil, errors.New("find the directory of reviews: neither XDG_DATA_HOME nor HOME is an absolute path")
		}
		dir = filepath.Join(home, ".local/share/isle/review")
	}
	return &Store{dir}, nil
}

// CheckName refuses what cannot name a review.
func CheckName(name string) error {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"
	if name == "" || len(name) > 64 || strings.Trim(name, letters) != "" || strings.ContainsAny(name[:1], ".-") {
		return fmt.Errorf("invalid name of a review %q: it has up to 64 letters, digits, hyphens and dots, and begins with a letter or a digit", name)
	}
	return nil
}

// Create makes a review and locks it. Without a name it is called after the
// program.
func (s *Store) Create(name string, command []string) (*Review, error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	var st unix.Statfs_t
	if unix.Statfs(s.Dir, &st) == nil && st.Type == unix.OVERLAYFS_SUPER_MAGIC {
		return nil, fmt.Errorf("%s is on an overlay, which cannot hold the changes of another: have ISLE_REVIEW_DIR name a directory on ext4, xfs, btrfs or tmpfs", s.Dir)
	}
	if name != "" {
		if err := CheckName(name); err != nil {
			return nil, err
		}
		return s.create(name, command)
	}
	base := "run"
	if len(command) > 0 && CheckName(filepath.Base(command[0])) == nil && len(filepath.Base(command[0])) < 50 {
		base = filepath.Base(command[0])
	}
	for n := 1; ; n++ {
		r, err := s.create(base+"-"+strconv.Itoa(n), command)
		if !errors.Is(err, os.ErrExist) {
			return r, err
		}
	}
}

// prepare makes the store, and refuses one that others could write to.
func (s *Store) prepare() error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	real, err := filepath.EvalSymlinks(s.Dir)
	if err != nil {
		return err
	}
	s.Dir = real
	var st unix.Stat_t
	if err := unix.Lstat(real, &st); err != nil {
		return &os.PathError{Op: "look at", Path: real, Err: err}
	}
	if int(st.Uid) != os.Geteuid() || st.Mode&0o077 != 0 {
		return fmt.Errorf("keep reviews in %s: others can enter it: chmod 700 it, and have it be your own", real)
	}
	return nil
}

func (s *Store) create(name string, command []string) (*Review, error) {
	r := &Review{Name: name, Dir: filepath.Join(s.Dir, name), store: s}
	if err := os.Mkdir(r.Dir, 0o700); err != nil {
		if errors.Is(err, os.ErrExist) {
			return nil, fmt.Errorf("there is a review %s already: isle review drop %s: %w", name, name, err)
		}
		return nil, err
	}
	r.Command = command
	if err := r.take(); err != nil {
		return nil, err
	}
	return r, r.Save()
}

// Open gives a review that is kept, locked until Close.
func (s *Store) Open(name string) (*Review, error) {
	r, err := s.Peek(name)
	if err != nil {
		return nil, err
	}
	if err := r.take(); err != nil {
		return nil, fmt.Errorf("review %s: %w", name, err)
	}
	return r, r.load() // once more: it may have been sealed meanwhile
}

// Peek gives a review without its lock, to be read only.
func (s *Store) Peek(name string) (*Review, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	r := &Review{Name: name, Dir: filepath.Join(s.Dir, name), store: s}
	if err := r.load(); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("there is no review %s: isle review ls", name)
		}
		return nil, err
	}
	return r, nil
}

// take takes the lock, or answers ErrBusy if somebody has it for longer than it
// takes to list the reviews.
func (r *Review) take() error {
	f, err := os.Open(r.Dir)
	if err != nil {
		return err
	}
	err = unix.EWOULDBLOCK
	for try := 0; try < 20 && err == unix.EWOULDBLOCK; try++ {
		if try > 0 {
			time.Sleep(5 * time.Millisecond)
		}
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	switch err {
	case nil:
		r.lock = f
		return nil
	case unix.EWOULDBLOCK:
		err = ErrBusy
	default:
		err = fmt.Errorf("lock %s: %w", r.Dir, err)
	}
	f.Close()
	return err
}

// Close gives the lock back.
func (r *Review) Close() error { return r.lock.Close() }

// Drop removes a review, whose lock is held.
func (r *Review) Drop() error { return rootfs.Remove(r.Dir) }

// Names lists the reviews there are.
func (s *Store) Names() ([]string, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if CheckName(e.Name()) == nil && e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, err
}

// newID is a number that nobody can guess.
func newID() (string, error) {
	b := make([]byte, 16)
	if _, err := unix.Getrandom(b, 0); err != nil {
		return "", fmt.Errorf("get a random number: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// Rename gives a review, whose lock is held, another name.
func (r *Review) Rename(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	dir := filepath.Join(r.store.Dir, name)
	err := unix.Renameat2(unix.AT_FDCWD, r.Dir, unix.AT_FDCWD, dir, unix.RENAME_NOREPLACE)
	if err == unix.EEXIST {
		return fmt.Errorf("there is a review %s already", name)
	}
	if err != nil {
		return fmt.Errorf("call the review %s: %w", name, err)
	}
	r.Name, r.Dir = name, dir
	return nil
}

// Remove removes a review of which perhaps not even the record can be read.
func (s *Store) Remove(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := s.prepare(); err != nil {
		return err
	}
	r := &Review{Name: name, Dir: filepath.Join(s.Dir, name), store: s}
	if err := r.take(); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("there is no review %s: isle review ls", name)
		}
		return fmt.Errorf("review %s: %w", name, err)
	}
	defer r.Close()
	return r.Drop()
}

// Running says that the program still runs, or that another isle is at work.
func (r *Review) Running() bool {
	f, err := os.Open(r.Dir)
	if err != nil {
		return false
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB) == unix.EWOULDBLOCK
}
