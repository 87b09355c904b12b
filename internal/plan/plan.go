package plan

import (
	"os"

	"isle/internal/program"
	"isle/internal/why"
	"isle/ns"
)

// Plan is the way from the caller's process to the program: its steps in the
// order in which they happen, the last of them an *Exec.
type Plan struct {
	// InPlace makes the program take the caller's place and pid. Otherwise it
	// is a child.
	InPlace bool
	// Undumpable keeps processes in a namespace that the plan joins from
	// reaching isle's own memory and executable until the program is executed.
	Undumpable bool
	// Cgroup is a directory of cgroup version 2, open, that the process is born
	// in; 0: the caller's own.
	Cgroup int
	// Born is called in isle's process when the first process is there, which
	// does not wait for that.
	Born func(pid int)
	// Console takes the outer end of a terminal that the process opens.
	Console func(fd int) error
	Steps   []Step

	// Tamper, if not nil, changes each program of the plan before it is carried
	// out: the process's own, that of an init, those done from outside. Tests
	// have it make instructions fail.
	Tamper func(*program.Builder)
}

// Step is one step of a plan.
type Step interface {
	// Words says in a line what the step does, starting with a verb.
	Words() string
	// Shell adds what a person would type.
	Shell(*Script)
	// Lower adds the system calls.
	Lower(*Lowering)
	// Facts is what the step knows of its object, for the explanation of a failure.
	Facts() why.Facts
}

// detailed is a step that does several things and knows more of each.
type detailed interface {
	// FactsOf is what it knows of one, named as its instructions name it.
	FactsOf(doing string) why.Facts
}

// Add appends steps.
func (p *Plan) Add(steps ...Step) { p.Steps = append(p.Steps, steps...) }

// Created is the set of namespaces that the plan creates before step n.
func (p *Plan) Created(n int) ns.Set {
	var set ns.Set
	for _, s := range p.Steps[:n] {
		if c, ok := s.(*Create); ok {
			set |= c.Kinds
		}
	}
	return set
}

// Facts is what step n knew of what it was doing, which is named as its
// instructions name it, and what the plan had done before it.
func (p *Plan) Facts(n int, doing string) why.Facts {
	f := p.Steps[n].Facts()
	if d, ok := p.Steps[n].(detailed); ok {
		f = d.FactsOf(doing)
	}
	if _, ok := p.Steps[n].(*Create); ok && f.Kinds == 0 { // a mere fork
		p.addEntered(n, &f)
	}
	if f.Inside = p.InPlace; f.Inside && p.rooted(n) {
		f.Root = ""
	}
	if f.Inside {
		f.UID, f.GID = uint32(os.Geteuid()), uint32(os.Getegid())
	}
	if f.Op == why.OpExec && f.Root != "" {
		p.addMounts(n, &f)
	}
	f.New, f.Alone = p.Created(n), true
	return f
}

// addMounts adds the mounts that cover parts of the root before step n.
func (p *Plan) addMounts(n int, f *why.Facts) {
	for _, s := range p.Steps[:n] {
		switch m := s.(type) {
		case *Bind:
			f.Cover(m.Target, m.Source)
		case *Fresh:
			f.Cover(m.Target, "")
		case *Layers: // what it shows is nowhere to be seen for the caller
			f.Cover("", "")
		}
	}
}

// rooted says that a step before step n gives the process another root.
func (p *Plan) rooted(n int) bool {
	for _, s := range p.Steps[:n] {
		switch s.(type) {
		case *Chroot, *Pivot:
			return true
		}
	}
	return false
}

// addEntered adds the PID namespace that a fork is into, if it was entered by a
// file before step n.
func (p *Plan) addEntered(n int, f *why.Facts) {
	for _, s := range p.Steps[:n] {
		if j, ok := s.(*JoinFiles); ok {
			for _, src := range j.Sources {
				if src.Kind == ns.PID && src.Path != "" {
					f.Kinds, f.Target = ns.SetOf(ns.PID), src.Path
				}
			}
		}
	}
}
