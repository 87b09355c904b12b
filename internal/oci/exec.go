package oci

import (
	"fmt"
	"os"
	"path"
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/caps"
	"isle/internal/plan"
	"isle/internal/why"
	"isle/ns"
)

// Exec is a process that is to run in a container that exists.
type Exec struct {
	ID      string
	PID     int         // of the container's first process
	Spec    *specs.Spec // the container's
	Process *specs.Process
	Root    string // of the container, as isle sees it, for explanations

	PreserveFDs int
	// Cgroup is as in Container; Enter puts the process into its cgroups.
	Cgroup int
	Doors  *plan.Doors
	Enter  *plan.Errand
	// Check makes sure that PID still is the container's, when it is open.
	Inode uint64

	Warn     func(error)
	Console  func(fd int) error
	Listener func(fd int) error
}

// Plan is the list of steps. Isle's own memory and file are left behind before
// the first namespace is joined: whoever waits in the container for a process
// of isle's to come sees a file in memory that holds the plan.
func (e *Exec) Plan() (*plan.Plan, error) {
	p := &plan.Plan{Cgroup: e.Cgroup}
	root := &plan.Root{Dir: "/", Seen: e.Root}
	kinds := e.kinds()
	target := &plan.Target{PID: e.PID, Inode: e.Inode}
	shed := &plan.Shed{Preserve: e.PreserveFDs, Undumpable: true}
	p.Add(shed, target)
	if e.Doors != nil {
		shed.Keep = e.Doors.Files
	}
	if err := e.cgroups(p); err != nil {
		return nil, err
	}
	var own *plan.Tunnel
	if !kinds.Has(ns.Mount) { // its root is not that of a mount namespace
		own = &plan.Tunnel{Dir: "/proc/" + strconv.Itoa(e.PID) + "/root"}
		p.Add(own)
	}
	p.Add(&plan.JoinProcess{Target: target, Kinds: kinds})
	if own != nil {
		p.Add(&plan.Surface{Root: own})
	}
	if kinds.Has(ns.PID) || kinds.Has(ns.Time) {
		p.Add(&plan.Create{})
	}
	if kinds.Has(ns.User) {
		var zero uint32
		p.Add(&plan.Identity{UID: &zero, GID: &zero, DropGroups: true, TolerateGroups: true})
	}
	p.Add(&plan.OpenRoot{Root: root}, &plan.Keyring{Name: "_ses." + e.ID})
	if e.Process.Terminal {
		console := &plan.Console{Root: root, UID: e.Process.User.UID, GID: e.Process.User.GID, Take: e.Console}
		if size := e.Process.ConsoleSize; size != nil {
			console.Width, console.Height = uint16(size.Width), uint16(size.Height)
		}
		p.Add(console, &plan.TakeConsole{Console: console})
	} else {
		p.Add(&plan.NewSession{})
	}
	p.Add(&plan.Chdir{Dir: e.Process.Cwd, Root: root})
	held := caps.All
	if !kinds.Has(ns.User) {
		held = caps.Held()
	}
	if err := addPrivileges(p, e.Spec, e.Process, privileges{preserve: e.PreserveFDs, held: held, listener: e.Listener, warn: e.warn}); err != nil {
		return nil, err
	}
	exec := execOf(e.Process, e.Root, 0)
	exec.Mounts = e.mounts()
	p.Add(exec)
	return p, nil
}

// mounts are those of the container, for explanations.
func (e *Exec) mounts() string {
	var f why.Facts
	for i := range e.Spec.Mounts {
		m := &e.Spec.Mounts[i]
		source := ""
		if path.IsAbs(m.Source) && readOptions(m).bind() {
			source = m.Source
		}
		f.Cover(path.Clean("/"+m.Destination), source)
	}
	return f.Mounts
}

// cgroups adds the way into the cgroups, and the processors that the process is to
// run on before and after it. A container's first process has no such choice
// (OCI runtime specification, config.md, "execCPUAffinity").
func (e *Exec) cgroups(p *plan.Plan) error {
	processors := e.Process.ExecCPUAffinity
	if processors == nil {
		processors = &specs.CPUAffinity{}
	}
	before, err := affinity("initial", processors.Initial)
	if err != nil {
		return err
	}
	after, err := affinity("final", processors.Final)
	if err != nil {
		return err
	}
	if before != nil {
		p.Add(before)
	}
	if e.Doors != nil {
		p.Add(e.Doors)
	}
	if e.Enter != nil {
		p.Add(e.Enter)
	}
	if after != nil {
		p.Add(after)
	}
	return nil
}

func (e *Exec) warn(format string, args ...any) {
	if e.Warn != nil {
		e.Warn(fmt.Errorf(format, args...))
	}
}

// kinds are the namespaces that the container has and isle is not in.
func (e *Exec) kinds() ns.Set {
	var set ns.Set
	for _, n := range e.Spec.Linux.Namespaces {
		if kind, ok := KindOf(n.Type); ok && !SameNamespace(e.PID, kind) {
			set = set.With(kind)
		}
	}
	return set
}

// SameNamespace says whether a process is in this one's namespace of a kind.
func SameNamespace(pid int, kind ns.Kind) bool {
	mine, err := os.Readlink("/proc/self/ns/" + kind.File())
	if err != nil {
		return false
	}
	its, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind.File()))
	return err == nil && mine == its
}
