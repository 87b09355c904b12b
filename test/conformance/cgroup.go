package conformance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// hierarchy is one cgroup hierarchy of this machine and the room's place in it.
type hierarchy struct {
	Controllers string // as mount(8) takes them: "cpu", "name=systemd"; "" is cgroup v2
	Mount       string // where it is mounted
	Room        string // the room's cgroup, as a path outside of the room
}

// hierarchies lists those of cgroup v1 where there are any, else that of v2, and
// names a cgroup for the room below the one this process is in.
func hierarchies(room string) ([]hierarchy, error) {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	mounts, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("cgroup", "cgroup2"))
	if err != nil {
		return nil, err
	}
	var v1, v2 []hierarchy
	for line := range strings.Lines(string(own)) {
		h, ok := find(mounts, strings.TrimSpace(line), room)
		if ok && h.Controllers == "" {
			v2 = append(v2, h)
		} else if ok {
			v1 = append(v1, h)
		}
	}
	// On a hybrid machine the programs of the suite, and crun, want v1 alone.
	if len(v1) > 0 {
		return v1, nil
	}
	if len(v2) == 0 {
		return nil, errors.New("no cgroup hierarchy is mounted")
	}
	return v2, nil
}

// find returns where the hierarchy of a line of /proc/PID/cgroup is mounted.
func find(mounts []*mountinfo.Info, line, room string) (hierarchy, bool) {
	fields := strings.SplitN(line, ":", 3)
	if len(fields) != 3 {
		return hierarchy{}, false
	}
	for _, m := range mounts {
		options := strings.Split(m.VFSOptions, ",")
		has := func(controller string) bool { return slices.Contains(options, controller) }
		v2 := fields[1] == "" && m.FSType == "cgroup2"
		v1 := fields[1] != "" && m.FSType == "cgroup" && !slices.ContainsFunc(strings.Split(fields[1], ","), func(c string) bool { return !has(c) })
		below, err := filepath.Rel(m.Root, fields[2])
		if (v1 || v2) && err == nil && filepath.IsLocal(below) {
			if v2 { // where only the root gives controllers to others while it has processes
				below = "."
			}
			return hierarchy{Controllers: fields[1], Mount: m.Mountpoint, Room: filepath.Join(m.Mountpoint, below, room)}, true
		}
	}
	return hierarchy{}, false
}

// make makes the room's cgroup, able to have all that its parent has.
func (h hierarchy) make() error {
	if err := os.Mkdir(h.Room, 0o755); err != nil {
		return err
	}
	parent := filepath.Dir(h.Room)
	switch {
	case h.Controllers == "":
		return h.delegate(parent)
	case slices.Contains(strings.Split(h.Controllers, ","), "cpuset"):
		// A cpuset of v1 is born empty, and nothing can run in it.
		return errors.Join(copyFile(parent, h.Room, "cpuset.cpus"), copyFile(parent, h.Room, "cpuset.mems"))
	}
	return nil
}

// links makes the links that a hierarchy of several controllers is found by.
func (h hierarchy) links() (err error) {
	for _, c := range strings.Split(h.Controllers, ",") {
		link := filepath.Join(filepath.Dir(h.Mount), strings.TrimPrefix(c, "name="))
		if link != h.Mount {
			err = errors.Join(err, os.Symlink(filepath.Base(h.Mount), link))
		}
	}
	return err
}

// delegate turns every controller on for the children of a cgroup of v2. One
// that cannot be, and is so on for nobody, is not missed.
func (h hierarchy) delegate(cgroup string) error {
	controllers, err := os.ReadFile(filepath.Join(cgroup, "cgroup.controllers"))
	for _, c := range strings.Fields(string(controllers)) {
		_ = os.WriteFile(filepath.Join(cgroup, "cgroup.subtree_control"), []byte("+"+c), 0)
	}
	return err
}

func copyFile(from, to, name string) error {
	data, err := os.ReadFile(filepath.Join(from, name))
	return errors.Join(err, os.WriteFile(filepath.Join(to, name), data, 0))
}

// remove removes the room's cgroup with those below, which are all of a program
// of the suite or of the runtime it drove. Their last processes were just
// killed, and a cgroup is busy until they are gone.
func (h hierarchy) remove() error {
	var folders []string
	err := filepath.WalkDir(h.Room, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			folders = append(folders, path)
		}
		return err
	})
	slices.Reverse(folders)
	for _, folder := range folders {
		err = errors.Join(err, retry(func() error { return unix.Rmdir(folder) }))
	}
	if err != nil {
		return fmt.Errorf("remove cgroup %s: %w", h.Room, err)
	}
	return nil
}

// retry tries for two seconds while something is busy.
func retry(try func() error) error {
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if err := try(); !errors.Is(err, unix.EBUSY) || time.Now().After(end) {
			return err
		}
	}
}
