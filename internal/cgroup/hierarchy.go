package cgroup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// Hierarchy is a cgroup tree and where in it a process is.
type Hierarchy struct {
	V2          bool
	Controllers []string
	Path        string // as /proc/PID/cgroup has it: from the root of the reader's cgroup namespace
	Mount       string // where the tree is mounted here, empty if it is not
	Dir         string // the process's cgroup as a path, empty if it is out of sight
}

// Of lists the trees that a process is in; pid 0 is this process.
func Of(pid int) ([]Hierarchy, error) {
	process := "self"
	if pid != 0 {
		process = strconv.Itoa(pid)
	}
	mounts, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("cgroup", "cgroup2"))
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile("/proc/" + process + "/cgroup")
	if err != nil {
		return nil, err
	}
	var all []Hierarchy
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(fields) != 3 {
			return nil, fmt.Errorf("/proc/%s/cgroup: line %q", process, line)
		}
		h := Hierarchy{V2: fields[0] == "0" && fields[1] == "", Path: fields[2]}
		if !h.V2 {
			h.Controllers = strings.Split(fields[1], ",")
		}
		if i := slices.IndexFunc(mounts, func(m *mountinfo.Info) bool { return carries(m, fields[1]) }); i >= 0 {
			h.find(mounts[i])
		}
		all = append(all, h)
	}
	return all, nil
}

// carries says whether the mount is of the hierarchy with these controllers,
// none for version 2 (cgroups(7), /proc/PID/cgroup).
func carries(m *mountinfo.Info, controllers string) bool {
	if controllers == "" {
		return m.FSType == "cgroup2"
	}
	return m.FSType == "cgroup" && slices.Contains(strings.Split(m.VFSOptions, ","), strings.Split(controllers, ",")[0])
}

// find says where the cgroup is below a mount of its tree.
func (h *Hierarchy) find(m *mountinfo.Info) {
	h.Mount = m.Mountpoint
	below, err := filepath.Rel(m.Root, h.Path)
	outside := h.Path == "/.." || strings.HasPrefix(h.Path, "/../") // of the cgroup namespace
	if err == nil && filepath.IsLocal(below) && !outside {
		h.Dir = filepath.Join(m.Mountpoint, below)
	}
	if h.V2 && h.Dir != "" {
		text, _ := os.ReadFile(filepath.Join(h.top(), "cgroup.controllers"))
		h.Controllers = strings.Fields(string(text))
	}
}

// top is the highest cgroup above this one that is this user's to divide, or
// this one if that is not. The controllers of version 2 come down from there.
func (h *Hierarchy) top() string {
	top := h.Dir
	for dir := h.Dir; dir != "" && writable(dir); dir = filepath.Dir(dir) {
		top = dir
		if dir == h.Mount {
			break
		}
	}
	return top
}

// Delegated says whether the caller may make cgroups below this one and move
// itself there.
func (h *Hierarchy) Delegated() bool { return h.Dir != "" && writable(h.Dir) }

// Delegated says whether the caller may make cgroups in a directory and move
// itself there.
func Delegated(dir string) bool { return writable(dir) }

func writable(cgroup string) bool {
	for _, file := range []string{"", "cgroup.procs"} {
		if unix.Faccessat(unix.AT_FDCWD, filepath.Join(cgroup, file), unix.W_OK, unix.AT_EACCESS) != nil {
			return false
		}
	}
	return true
}
