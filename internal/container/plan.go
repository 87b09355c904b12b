package container

import (
	"maps"
	"slices"
	"strings"

	"isle/internal/oci"
	"isle/internal/oci/resources"
	"isle/internal/plan"
)

// planOf is the plan of a bundle with nothing of it done: what isle itself does
// while the process waits is there in words.
func planOf(id string, o *Options, gate bool) (*plan.Plan, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	dir, err := o.bundle()
	if err != nil {
		return nil, err
	}
	_, spec, err := o.read(dir)
	if err != nil {
		return nil, err
	}
	p := &oci.Container{ID: id, Bundle: dir, Spec: spec, Layered: o.Layered, NoPivot: o.NoPivot, NoNewKeyring: o.NoNewKeyring, PreserveFDs: o.PreserveFDs}
	group, err := o.group(id, spec)
	if err != nil {
		return nil, err
	}
	b := &birth{Container: &Container{record: record{ID: id, Bundle: dir, Cgroup: group}, spec: spec}, o: o, plan: p, gate: -1, direct: !gate}
	b.way.doors = doorsOf(group, nil)
	b.lay()
	if gate {
		p.Gate = &plan.Gate{Socket: 3 + o.PreserveFDs}
	}
	return p.Plan()
}

// lay fills in what is done at which point of the plan.
func (b *birth) lay() {
	b.plan.Cgroups = view(b.Cgroup)
	b.plan.Cgroup, b.plan.Doors = b.way.dir, b.way.doors
	if what := b.errand(); what != "" {
		b.plan.Enter = &plan.Errand{What: what, Do: b.enter}
	}
	if b.direct { // its cgroups, which are written down already, tell of it until then
		b.plan.Born = func(pid int) { b.unsaved = b.remember(pid) }
	}
	b.plan.Console = b.console
	if b.direct { // who opens the gate takes it otherwise
		b.plan.Listener = func(fd int) error { return b.notify(b.spec, fd) }
	}
	b.addHooks()
}

// errand is what enter does, in words; empty if there is nothing.
func (b *birth) errand() string {
	var words []string
	if b.way.join {
		words = append(words, "put it into its cgroups")
	}
	if b.spec.Linux.IntelRdt != nil {
		words = append(words, "put it into its group of resctrl")
	}
	if b.direct && b.spec.Process.OOMScoreAdj != nil {
		words = append(words, "say how readily it is killed when memory is short")
	}
	if devices := b.spec.Linux.NetDevices; len(devices) > 0 {
		words = append(words, "move the network devices "+strings.Join(slices.Sorted(maps.Keys(devices)), ", ")+" into its network namespace")
	}
	//lint:ignore SA1019 older configurations have them
	if h := b.spec.Hooks; h != nil && len(h.Prestart)+len(h.CreateRuntime) > 0 {
		words = append(words, "run the hooks prestart and createRuntime")
	}
	return strings.Join(words, ", ")
}

// way is how a process gets into a group: by being born in a directory of
// version 2, through doors of version 1, or by isle's hand.
type way struct {
	dir   int
	doors *plan.Doors
	join  bool
}

func wayInto(g *resources.Group) (w way, err error) {
	files, err := g.Doors()
	if err != nil {
		return w, err
	}
	if len(files) > 0 {
		w.doors = doorsOf(g, files)
	}
	if fd, ok := g.Dir(); ok {
		w.dir = fd
	}
	w.join = len(g.Trees) > 0 && w.dir == 0 && w.doors == nil
	return w, nil
}

// doorsOf is the step into a group's cgroups of version 1, nil if it has none.
func doorsOf(g *resources.Group, files []int) *plan.Doors {
	doors := &plan.Doors{Files: files}
	for i := range g.Trees {
		if t := &g.Trees[i]; !t.V2 {
			doors.Names = append(doors.Names, t.Dir())
		}
	}
	if len(doors.Names) == 0 {
		return nil
	}
	return doors
}

// view is what a mount of the cgroups shows of them.
func view(g *resources.Group) oci.CgroupView {
	v := oci.CgroupView{Unified: true}
	for i := range g.Trees {
		t := &g.Trees[i]
		tree := oci.CgroupTree{Name: t.Controllers, Options: t.Controllers, Dir: t.Dir()}
		if name, named := cutName(t.Controllers); named {
			tree.Name, tree.Options = name, "none,name="+name
		}
		v.Unified = v.Unified && t.V2
		if !t.V2 || len(g.Trees) == 1 {
			v.Own = append(v.Own, tree)
		}
	}
	return v
}

// cutName is the name of a hierarchy without controllers.
func cutName(controllers string) (string, bool) { return strings.CutPrefix(controllers, "name=") }
