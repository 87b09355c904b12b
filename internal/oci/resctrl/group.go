package resctrl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Group is a container's place in a resctrl file system.
type Group struct {
	Dir     string // of the group that its processes are in
	Monitor string // of the group that counts what they use, empty without
	// Made is the directory that Create is going to make for this container alone,
	// and afterwards the one that it has made: what Remove is to be given when the
	// container is deleted. Empty if there is none.
	Made string

	fs       FS
	named    bool // by closID: others may be in it, too, and it stays
	schemata schemata
}

// Resolve says where a container is to be. It makes nothing, so that Made can be
// written down before anything is made.
func (f FS) Resolve(c *specs.LinuxIntelRdt, id string) (*Group, error) {
	g := &Group{fs: f, named: c.ClosID != "", schemata: wanted(c)}
	name := c.ClosID
	if !g.named {
		name = id
	}
	const top = "/" // as closID: the file system's own group
	if g.Dir = f.Root; c.ClosID != top {
		g.Dir += "/" + name
	}
	if c.ClosID != top && !isName(name) || c.EnableMonitoring && !isName(id) {
		return nil, fmt.Errorf("linux.intelRdt: %q cannot be the name of a group of resctrl (set closID to another one)", name)
	}
	if err := g.schemata.check(); err != nil {
		return nil, err
	}
	if c.EnableMonitoring {
		g.Monitor = g.Dir + "/mon_groups/" + id
	}
	switch {
	case !g.named && !isDirectory(g.Dir):
		g.Made = g.Dir
	case g.Monitor != "" && !isDirectory(g.Monitor):
		g.Made = g.Monitor
	}
	return g, nil
}

// isName says whether a group can be called so: the first three are directories
// of the file system's own.
func isName(name string) bool {
	switch name {
	case "info", "mon_groups", "mon_data", "", ".", "..":
		return false
	}
	return len(name) <= 255 && !strings.ContainsAny(name, "/\n\x00")
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Create makes the group, or takes the one that is there, and gives it its shares.
// A group that closID names and that has other shares is refused, and so is one
// that is not there although no shares are given to make it with. If it fails it
// leaves nothing that it made.
func (g *Group) Create() error {
	unlock, err := g.fs.lock()
	if err != nil {
		return err
	}
	defer unlock()
	g.Made = ""
	made, err := g.take()
	if made && !g.named {
		g.Made = g.Dir
	}
	if err == nil && g.Monitor != "" {
		err = g.monitor()
	}
	if err != nil && made {
		g.Made = ""
		err = errors.Join(err, Remove(g.Dir))
	}
	return err
}

// take makes sure that the group is there and has its shares.
func (g *Group) take() (made bool, err error) {
	if g.named && len(g.schemata.lines()) == 0 {
		if !isDirectory(g.Dir) {
			err = fmt.Errorf("linux.intelRdt.closID: there is no group %s (make it, or give shares to make it with, such as l3CacheSchema)", g.Dir)
		}
		return false, err
	}
	err = os.Mkdir(g.Dir, 0o755)
	switch made = err == nil; {
	case made:
	case !errors.Is(err, fs.ErrExist):
		return false, g.fs.failed(err, "make the group "+g.Dir)
	case g.named:
		if err := g.agrees(); err != nil {
			return false, err
		}
	}
	return made, g.schemata.write(g)
}

// monitor makes the group that counts. It is this container's alone; where it is
// in the container's own, it goes with that one.
func (g *Group) monitor() error {
	if err := os.Mkdir(g.Monitor, 0o755); err != nil {
		return g.fs.failed(err, "make the group "+g.Monitor)
	}
	if g.Made == "" {
		g.Made = g.Monitor
	}
	return nil
}

// longestLock is how long somebody else may have the file system.
const longestLock = 30 * time.Second

// lock keeps others from changing groups, as the kernel's documentation asks of
// all who do: two containers that begin at the same time may name one group.
func (f FS) lock() (unlock func(), err error) {
	fd, err := unix.Open(f.Root, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: f.Root, Err: err}
	}
	for deadline := time.Now().Add(longestLock); ; time.Sleep(2 * time.Millisecond) {
		err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return func() { unix.Close(fd) }, nil
		case err == unix.EINTR:
		case err != unix.EWOULDBLOCK:
			unix.Close(fd)
			return nil, &os.PathError{Op: "flock", Path: f.Root, Err: err}
		case time.Now().After(deadline):
			unix.Close(fd)
			return nil, fmt.Errorf("somebody has had %s locked for %v (lslocks says who)", f.Root, longestLock)
		}
	}
}
