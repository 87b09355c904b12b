package resources

import (
	"slices"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// always are controllers, by their names in version 1, that a group has though no
// limit asks for them: what a container uses is counted by them.
var always = [...]string{"cpu", "blkio", "memory", "pids"}

// enabled says whether a group of version 2 has a controller.
func (t *Tree) enabled(controller string) bool {
	text, err := t.read("cgroup.controllers")
	return err == nil && slices.Contains(strings.Fields(text), controller)
}

// asked lists the controllers, by their names in version 1, that the resources
// ask something of.
func asked(r *specs.LinuxResources) []string {
	if r == nil {
		return nil
	}
	var list []string
	add := func(name string) {
		if name != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	for i := range knobs {
		if k := &knobs[i]; k.asked(r) {
			add(k.controller)
		}
	}
	if len(r.HugepageLimits) > 0 {
		add("hugetlb")
	}
	for _, s := range unified(r) {
		add(s.controller)
	}
	return list
}

// needed are the controllers that a group must get from version 2.
func (g *Group) needed(r *specs.LinuxResources) []string {
	list := asked(r)
	for _, name := range always {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return slices.DeleteFunc(list, func(name string) bool { return g.v1(name) != nil })
}

// enable has controllers come down to a group of version 2. If one is lacking,
// every group above is told to hand down all that it has, from the top. What
// cannot be handed down is left: a limit that needs it says so. Where version 2
// is only beside version 1 (not alone), no more than is needed comes down.
func (t *Tree) enable(needed []string, alone bool) {
	text, err := t.read("cgroup.controllers")
	if err != nil {
		return
	}
	have := strings.Fields(text)
	if !slices.ContainsFunc(needed, func(name string) bool { return !slices.Contains(have, controllerV2(name)) }) {
		return
	}
	for _, dir := range above(t.Path) {
		text, err := t.readAt(below(dir, "cgroup.controllers"))
		if err != nil {
			continue
		}
		some := strings.Fields(text)
		if !alone {
			some = slices.DeleteFunc(some, func(name string) bool { return !isNeeded(name, needed) })
		}
		t.handDown(dir, some)
	}
}

// isNeeded says whether a controller of version 2 is among those needed.
func isNeeded(name string, needed []string) bool {
	return slices.ContainsFunc(needed, func(n string) bool { return controllerV2(n) == name })
}

// handDown tries all at once, and then each, for one that is refused (cpu with
// realtime processes about) is not to hold up the others.
func (t *Tree) handDown(dir string, controllers []string) {
	file := below(dir, "cgroup.subtree_control")
	if len(controllers) == 0 || t.writeAt(file, "+"+strings.Join(controllers, " +")) == nil {
		return
	}
	for _, c := range controllers {
		_ = t.writeAt(file, "+"+c)
	}
}

// above lists the directories above one, from the mount ("") down.
func above(name string) []string {
	list := []string{""}
	for i := range len(name) {
		if name[i] == '/' {
			list = append(list, name[:i])
		}
	}
	return list
}
