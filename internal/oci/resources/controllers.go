package resources

import (
	"slices"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// always are controllers that a group of version 2 is given though no limit asks
// for them: what a container uses is counted by them.
var always = [...]string{"cpu", "io", "memory", "pids"}

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

// enable has controllers come down to a group of version 2. If one is lacking,
// every group above is told to hand down all that it has, from the top. What
// cannot be handed down is left: a limit that needs it says so. Where version 2
// is only beside version 1 (not alone), no more than is asked for comes down.
func (t *Tree) enable(asked []string, alone bool) {
	text, err := t.read("cgroup.controllers")
	if err != nil {
		return
	}
	have := strings.Fields(text)
	lacking := func(name string) bool { return !slices.Contains(have, controllerV2(name)) }
	if !(alone && slices.ContainsFunc(always[:], lacking)) && !slices.ContainsFunc(asked, lacking) {
		return
	}
	for _, dir := range above(t.Path) {
		text, err := t.readAt(below(dir, "cgroup.controllers"))
		if err != nil {
			continue
		}
		some := strings.Fields(text)
		if !alone {
			some = slices.DeleteFunc(some, func(c string) bool {
				return !slices.ContainsFunc(asked, func(a string) bool { return controllerV2(a) == c })
			})
		}
		t.handDown(dir, some)
	}
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
