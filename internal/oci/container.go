package oci

import (
	"fmt"
	"path/filepath"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/plan"
	"isle/ns"
)

// Container is a bundle on its way to a plan, with what the runtime was told of
// it on the command line and what it does itself while the process waits.
type Container struct {
	ID     string
	Bundle string // an absolute path
	Spec   *specs.Spec

	// Layered is what the root is made of, nil if it is a folder as it is.
	Layered *Layered

	NoPivot      bool
	NoNewKeyring bool
	PreserveFDs  int

	// Cgroup is a directory of cgroup version 2 that the process is born in, 0
	// if there is none. CgroupDirs are the container's cgroups on version 1, for
	// a mount of them, and CgroupPath the one on version 2.
	Cgroup int
	// Console takes the outer end of the terminal that the process has.
	Console func(fd int) error
	// Listener takes the descriptor of a seccomp filter that notifies.
	Listener func(fd int) error

	// Warn is told of what the bundle asks for and is passed over; may be nil.
	Warn func(error)

	// Doors puts the process into its cgroups of version 1, before anything else.
	Doors *plan.Doors
	// Enter is what isle does when the namespaces exist and are mapped: it runs
	// the hooks that come then, for one. Nil if there is nothing.
	Enter *plan.Errand
	// Born is told the process's pid as soon as there is one.
	Born func(pid int)
	// BeforePivot and BeforeExec run the hooks that come at those points; nil
	// if there are none.
	BeforePivot, BeforeExec *plan.Errand
	// Gate is where the process waits to be started; nil starts it at once.
	Gate *plan.Gate

	// Cgroups says what a mount of type cgroup shows.
	Cgroups CgroupView

	p    *plan.Plan
	root *plan.Root
	at   *plan.Console
	exec *plan.Exec

	layered         *plan.Layers // of Layered
	created, joined ns.Set
	entered         bool // its cgroups
	maps            *plan.IDMap
}

// CgroupView is what the container's cgroups look like from inside.
type CgroupView struct {
	Unified bool
	// Own are the container's own cgroups, as directories of the host.
	Own []CgroupTree
}

// CgroupTree is a hierarchy: its name below /sys/fs/cgroup, the options that
// mount it on version 1, and the container's cgroup in it.
type CgroupTree struct{ Name, Options, Dir string }

// Plan is the list of steps that makes the container's process. Making it
// changes nothing.
func (c *Container) Plan() (*plan.Plan, error) {
	c.p = &plan.Plan{Cgroup: c.Cgroup, Born: c.Born}
	if c.Gate != nil && wantsInit(c.Spec) {
		return nil, fmt.Errorf("annotation %s: an init cannot wait to be started (use run)", AnnotationInit)
	}
	for _, part := range []func() error{c.namespaces, c.rootDirectory, c.names, c.settle, c.privileges, c.program} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return c.p, nil
}

func (c *Container) warn(format string, args ...any) {
	if c.Warn != nil {
		c.Warn(fmt.Errorf(format, args...))
	}
}

// RootDir is the directory of the container's root file system.
func (c *Container) RootDir() (string, error) {
	dir := c.Spec.Root.Path
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(c.Bundle, dir)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", fmt.Errorf("root.path: %w", err)
	}
	return real, nil
}

// inUserNamespace says whether the process is in another user namespace than
// the host's own.
func (c *Container) inUserNamespace() bool {
	return c.created.Has(ns.User) || c.joined.Has(ns.User) || !ns.InInitial(ns.User)
}
