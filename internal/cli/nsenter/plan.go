package nsenter

import (
	"bytes"
	"fmt"
	"os"

	"isle/internal/cli/parent"
	"isle/internal/plan"
	"isle/ns"
)

// Plan is what the options ask for, in the order of nsenter(1).
func (o *Options) Plan() (*plan.Plan, error) {
	entered := o.entered()
	forks := o.Forks(entered)
	p := &plan.Plan{InPlace: !forks, Undumpable: entered.Has(ns.PID)}
	var target *plan.Target
	if o.PID != 0 {
		target = &plan.Target{PID: o.PID, Inode: o.Inode, Dir: o.follows()}
		p.Add(target)
	}
	surface := o.tunnels(p)
	if o.JoinCgroup {
		dir, err := cgroupDir(o.PID)
		if err != nil {
			return nil, err
		}
		p.Add(&plan.JoinCgroup{Dir: dir})
	}
	p.Add(o.join(target, entered))
	if surface != nil {
		p.Add(surface)
	}
	if o.WDNS != "" {
		p.Add(&plan.Chdir{Dir: o.WDNS})
	}
	if forks {
		p.Add(&plan.Create{})
	}
	o.credentials(p, target, entered)
	return p, o.program(p)
}

// entered is the set of namespaces that are entered. Of all those of the
// target, its user namespace is left out if it is the caller's own, which the
// kernel refuses to enter again; so is its time namespace, which would take a
// copy of isle's memory for nothing.
func (o *Options) entered() ns.Set {
	set := o.Enter
	if !o.All {
		return set
	}
	for _, k := range ns.Kinds {
		own, err := os.Stat("/proc/self/ns/" + k.File())
		if err != nil || set.Has(k) {
			continue // not known to this kernel, or asked for by itself
		}
		other, err := os.Stat(fmt.Sprintf("/proc/%d/ns/%s", o.PID, k.File()))
		if (k == ns.User || k == ns.Time) && err == nil && os.SameFile(own, other) {
			continue
		}
		set = set.With(k)
	}
	return set
}

func (o *Options) follows() bool { return o.UID != nil && o.UID.Follow || o.GID != nil && o.GID.Follow }

// tunnels opens the directories that are to be root and working directory. A
// new root alone leaves the working directory where it was.
func (o *Options) tunnels(p *plan.Plan) *plan.Surface {
	s := &plan.Surface{Root: o.Root.tunnel(o.PID, "root"), Dir: o.WD.tunnel(o.PID, "cwd")}
	if s.Root != nil && s.Dir == nil && o.WDNS == "" {
		s.Dir = &plan.Tunnel{Dir: "."}
	}
	if s.Root == nil && s.Dir == nil {
		return nil
	}
	for _, t := range []*plan.Tunnel{s.Root, s.Dir} {
		if t != nil {
			p.Add(t)
		}
	}
	return s
}

func (pl Place) tunnel(pid int, link string) *plan.Tunnel {
	switch {
	case pl.Path != "":
		return &plan.Tunnel{Dir: pl.Path}
	case pl.OfTarget:
		return &plan.Tunnel{Dir: fmt.Sprintf("/proc/%d/%s", pid, link)}
	}
	return nil
}

// join is the step that enters: by the target's pidfd if all are its own.
func (o *Options) join(target *plan.Target, entered ns.Set) plan.Step {
	if len(o.From) == 0 && o.NetSocket == nil && !o.UserParent && target != nil {
		return &plan.JoinProcess{Target: target, Kinds: entered}
	}
	step := &plan.JoinFiles{}
	for _, k := range entered.Kinds() {
		step.Sources = append(step.Sources, o.source(target, k))
	}
	if o.UserParent {
		o.parent(step, target)
	}
	return step
}

func (o *Options) source(target *plan.Target, k ns.Kind) plan.Source {
	src := plan.Source{Kind: k, Socket: -1}
	from, given := o.From[k]
	switch {
	case k == ns.Net && o.NetSocket != nil:
		src.Target, src.Socket = target, *o.NetSocket
	case given:
		src.Path, src.ID = from.Path, from.ID
	default:
		src.Target = target
	}
	return src
}

// parent replaces the user namespace by the one that owns it or, if none is
// entered, adds the owner of the first that is.
func (o *Options) parent(step *plan.JoinFiles, target *plan.Target) {
	for i, src := range step.Sources {
		if src.Kind == ns.User {
			step.Sources[i] = plan.Source{Kind: ns.User, Socket: -1, Parent: &src}
			return
		}
	}
	of := plan.Source{Kind: ns.User, Socket: -1, Target: target}
	if len(step.Sources) > 0 {
		of = step.Sources[0]
	}
	step.Sources = append([]plan.Source{{Kind: ns.User, Socket: -1, Parent: &of}}, step.Sources...)
}

func (o *Options) credentials(p *plan.Plan, target *plan.Target, entered ns.Set) {
	uid, gid := o.Credentials(entered)
	if gid != nil && gid.Follow {
		p.Add(&plan.Follow{Target: target, GID: true, DropGroups: true})
	} else if gid != nil {
		// Where setgroups is denied for good, nobody asked for what cannot be done.
		p.Add(&plan.Identity{GID: &gid.ID, DropGroups: true, TolerateGroups: o.GID == nil})
	}
	if uid != nil && uid.Follow {
		p.Add(&plan.Follow{Target: target, UID: true})
	} else if uid != nil {
		p.Add(&plan.Identity{UID: &uid.ID})
	}
	if o.KeepCaps && entered.Has(ns.User) {
		p.Add(&plan.KeepCaps{})
	}
}

func (o *Options) program(p *plan.Plan) error {
	env := os.Environ()
	if o.Env {
		path := fmt.Sprintf("/proc/%d/environ", o.PID)
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("cannot open %s: %w", path, err)
		}
		env = nil
		for _, v := range bytes.Split(bytes.TrimSuffix(text, []byte{0}), []byte{0}) {
			env = append(env, string(v))
		}
	}
	exec, err := parent.Program(o.Program, env, "")
	if err != nil {
		return err
	}
	p.Add(&plan.Handover{Keep: o.PreserveFDs}, exec)
	return nil
}
