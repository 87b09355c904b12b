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
	root, dir := o.tunnels(p)
	pre := o.dropGroups(p, entered)
	if o.JoinCgroup {
		dir, err := cgroupDir(o.PID)
		if err != nil {
			return nil, err
		}
		p.Add(&plan.JoinCgroup{Dir: dir})
	}
	if entered != 0 { // not all the target's own, in which the caller is already
		p.Add(o.join(target, entered))
	}
	if root != nil && dir == nil {
		dir = &plan.Tunnel{Dir: "."} // a new root alone leaves the working directory where it is
		p.Add(dir)
	}
	if root != nil || dir != nil {
		p.Add(&plan.Surface{Root: root, Dir: dir})
	}
	if forks {
		p.Add(&plan.Create{})
	}
	o.credentials(p, target, entered, pre)
	return p, o.program(p)
}

// entered is the set of namespaces that are entered. Of all those of the
// target, it leaves out the caller's own, of which the kernel refuses one to
// everybody and the others to those without power over them. Root still enters
// its own mount namespace again: that leads to its root directory.
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
		if err == nil && os.SameFile(own, other) && !(k == ns.Mount && os.Geteuid() == 0) && !(k == ns.PID && o.childrensPID()) {
			continue
		}
		set = set.With(k)
	}
	return set
}

// childrensPID says that the target's children are in another pid namespace
// than itself, as after unshare --pid without --fork. It is that one which is
// meant: only the program, a child too, is in the pid namespace entered.
// Without a first child there is nothing to enter yet.
func (o *Options) childrensPID() bool {
	dir := fmt.Sprintf("/proc/%d/ns/", o.PID)
	own, err := os.Readlink(dir + ns.PID.File())
	children, err2 := os.Readlink(dir + ns.PID.FileForChildren())
	return err == nil && err2 == nil && own != children
}

func (o *Options) follows() bool { return o.UID != nil && o.UID.Follow || o.GID != nil && o.GID.Follow }

// tunnels are the directories that are to be root and working directory, each
// nil if it is left alone. Those that are seen from outside are opened now.
func (o *Options) tunnels(p *plan.Plan) (root, dir *plan.Tunnel) {
	if root = o.Root.tunnel(o.PID, "root"); root != nil {
		p.Add(root)
	}
	if o.WDNS != "" {
		return root, &plan.Tunnel{Dir: o.WDNS, Inside: true}
	}
	if dir = o.WD.tunnel(o.PID, "cwd"); dir != nil {
		p.Add(dir)
	}
	return root, dir
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
	if len(o.From) == 0 && o.NetSocket == nil && !o.UserParent && target != nil && !(entered.Has(ns.PID) && o.childrensPID()) {
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
		src.Target, src.Children = target, k == ns.PID && o.childrensPID()
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

// dropGroups drops the caller's groups before a user namespace is entered, in
// which that may be denied for good.
func (o *Options) dropGroups(p *plan.Plan, entered ns.Set) *plan.Identity {
	if !entered.Has(ns.User) || o.PreserveCredentials {
		return nil
	}
	step := &plan.Identity{DropGroups: true, TolerateGroups: true}
	p.Add(step)
	return step
}

func (o *Options) credentials(p *plan.Plan, target *plan.Target, entered ns.Set, dropped *plan.Identity) {
	uid, gid := o.Credentials(entered)
	if gid != nil && gid.Follow {
		p.Add(&plan.Follow{Target: target, GID: true, DropGroups: true, Dropped: dropped})
	} else if gid != nil {
		// Where setgroups is denied for good, nobody asked for what cannot be done.
		p.Add(&plan.Identity{GID: &gid.ID, DropGroups: true, TolerateGroups: o.GID == nil, Dropped: dropped})
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
	p.Add(&plan.Handover{Keep: o.PreserveFDs}, parent.Program(o.Program, env, ""))
	return nil
}
