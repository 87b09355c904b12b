package cache

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A Folder is a cache on disk. It consists of parts, each a folder of its own
// that is whole or not there.
type Folder struct {
	path string
	say  func(string)
	apt  func() (*apt, error)
}

// Open returns the cache in the folder path, which it makes. It tells of what it
// does with say, and puts what is needed only while fetching into the folder work.
func Open(path, work string, say func(string)) (*Folder, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, err
	}
	find := func() (*apt, error) { return newAPT(filepath.Join(work, "apt"), say) }
	return &Folder{path: path, say: say, apt: sync.OnceValues(find)}, nil
}

// part returns the folder of the part name, made by fill if it is missing or was
// made by another recipe. The recipe is any text that tells one making from
// another. Until it is whole it has another name, and one process at a time makes it.
func (f *Folder) part(name, recipe string, fill func(dir string) error) (string, error) {
	dir := filepath.Join(f.path, name)
	if whole(dir, recipe) {
		return dir, nil
	}
	unlock, err := lock(dir + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if whole(dir, recipe) {
		return dir, nil
	}
	making, start := dir+".making", time.Now()
	f.say("making " + name)
	if err := f.make(dir, making, recipe, fill); err != nil {
		os.RemoveAll(making)
		return "", fmt.Errorf("make %s: %w", name, err)
	}
	f.say(fmt.Sprintf("made %s in %.0f s", name, time.Since(start).Seconds()))
	return dir, nil
}

// make fills the folder making and gives it the name dir.
func (f *Folder) make(dir, making, recipe string, fill func(dir string) error) error {
	if err := os.RemoveAll(making); err != nil {
		return err
	}
	if err := os.Mkdir(making, 0o755); err != nil {
		return err
	}
	if err := fill(making); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(making, "recipe"), []byte(recipe), 0o644); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(making, dir)
}

// whole says whether the part in dir is there and was made by the recipe.
func whole(dir, recipe string) bool {
	have, err := os.ReadFile(filepath.Join(dir, "recipe"))
	return err == nil && string(have) == recipe
}

// lock waits for the lock file path; see flock(2).
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		if err = unix.Flock(int(f.Fd()), unix.LOCK_EX); err != unix.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { f.Close() }, nil
}
