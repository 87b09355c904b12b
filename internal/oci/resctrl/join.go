package resctrl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Join puts a process into the group and then into the one that counts, which
// takes only processes of the first. What it starts from now on is there, too.
func (g *Group) Join(pid int) error {
	for _, dir := range [...]string{g.Dir, g.Monitor} {
		if dir == "" {
			continue
		}
		if err := os.WriteFile(dir+"/tasks", []byte(strconv.Itoa(pid)+"\n"), 0); err != nil {
			return g.fs.failed(err, fmt.Sprintf("put process %d into the group %s", pid, dir))
		}
	}
	return nil
}

// Update gives the group of a container that exists other shares. What is empty
// stays as it is.
func (g *Group) Update(c *specs.LinuxIntelRdt) error {
	shares := wanted(c)
	if err := shares.check(); err != nil {
		return err
	}
	unlock, err := g.fs.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return shares.write(g)
}

// Remove removes a directory that was made for a container. Processes that are
// left go back to the group above. One that is not there is no error.
func Remove(dir string) error {
	if err := unix.Rmdir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &os.PathError{Op: "remove", Path: dir, Err: err}
	}
	return nil
}
