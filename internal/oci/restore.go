package oci

import (
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/ns"
)

// Restore is the process that makes a container's processes again from files. It
// has a mount namespace of its own: whatever the files and the root have it
// mount, and wherever, the host has nothing of it.
type Restore struct {
	*Container
	Program string
	Args    []string
	Files   []int // its descriptors from 0 on
	// Shown is a file that is shown in place of Hidden, a file among those.
	Hidden, Shown string
	// Scratch is a directory that is covered, for what mounts show that is not
	// there to be bound by a path.
	Scratch string

	mapped []*plan.Bind
}

// Plan is the list of steps.
func (r *Restore) Plan() (*plan.Plan, error) {
	dir, err := r.RootDir()
	if err != nil {
		return nil, err
	}
	r.root = &plan.Root{Dir: dir, Seen: dir}
	r.p = &plan.Plan{Cgroup: r.Cgroup}
	r.p.Add(&plan.Create{Kinds: ns.SetOf(ns.Mount)})
	r.door()
	if r.Enter != nil {
		r.p.Add(r.Enter)
	}
	r.p.Add(&plan.Propagation{Mode: "slave", Target: "/"})
	if r.Layered == nil {
		r.p.Add(&plan.BindRoot{Root: r.root})
	} else {
		if err := r.layers(); err != nil {
			return nil, err
		}
		r.root = r.layered.Root
		r.p.Add(r.layered)
	}
	if err := r.mountPoints(); err != nil {
		return nil, err
	}
	if r.Shown != "" {
		dir := &plan.Root{Dir: path.Dir(r.Hidden), Seen: path.Dir(r.Hidden)}
		r.p.Add(&plan.OpenRoot{Root: dir}, &plan.Bind{Root: dir, Source: r.Shown, Target: "/" + path.Base(r.Hidden), File: true})
	}
	if len(r.mapped) > 0 {
		r.p.Add(&plan.Scratch{Dir: r.Scratch}, &plan.OpenRoot{Root: r.mapped[0].Root})
	}
	for _, bind := range r.mapped {
		r.p.Add(bind)
	}
	if !r.NoNewKeyring {
		r.p.Add(&plan.Keyring{Name: "_ses." + r.ID})
	}
	r.p.Add(&plan.Files{From: r.Files}, &plan.Handover{Keep: len(r.Files) - 3},
		&plan.Exec{Program: r.Program, Args: r.Args, Env: os.Environ()})
	return r.p, nil
}

// mountPoints makes those that are on the root's own file system, which may have
// been made anew since. Those on others are among what is restored.
func (r *Restore) mountPoints() error {
	for i := range r.Spec.Mounts {
		m := &r.Spec.Mounts[i]
		at := path.Clean("/" + m.Destination)
		if r.mountsAbove(at) {
			continue
		}
		step := &plan.MakeDirectory{Root: r.root, Path: r.reach(at)}
		if readOptions(m).bind() {
			info, err := lookup(r.absolute(m.Source))
			if err != nil {
				return fmt.Errorf("source of the mount on %s: %w", m.Destination, err)
			}
			step.File = !info.IsDir()
		}
		r.p.Add(step)
	}
	return nil
}

func (r *Restore) mountsAbove(at string) bool {
	for _, m := range r.Spec.Mounts {
		if above := path.Clean("/" + m.Destination); strings.HasPrefix(at, strings.TrimSuffix(above, "/")+"/") && above != at {
			return true
		}
	}
	return false
}

// Instead has the sources of mounts in which ids are mapped mounted out of the
// host's sight, and tells where, by the index of the mount; "" is none of those.
func (r *Restore) Instead() ([]string, error) {
	instead := make([]string, len(r.Spec.Mounts))
	scratch := &plan.Root{Dir: r.Scratch, Seen: r.Scratch}
	for i := range r.Spec.Mounts {
		m := &r.Spec.Mounts[i]
		f, source := readOptions(m), r.absolute(m.Source)
		if !f.bind() || len(m.UIDMappings) == 0 && f.idmap == "" {
			continue
		}
		info, err := lookup(source)
		if err != nil {
			return nil, fmt.Errorf("source of the mount on %s: %w", m.Destination, err)
		}
		tree, err := r.mappedTree(m, f, source)
		if err != nil {
			return nil, fmt.Errorf("id-mapped mount on %s: %w", m.Destination, err)
		}
		name := "/" + strconv.Itoa(i)
		instead[i] = r.Scratch + name
		r.mapped = append(r.mapped, &plan.Bind{Root: scratch, Source: source, Target: name, File: !info.IsDir(), Tree: tree})
	}
	return instead, nil
}

// Close closes what the plan holds open.
func (r *Restore) Close() {
	for _, bind := range r.mapped {
		unix.Close(bind.Tree)
	}
}
