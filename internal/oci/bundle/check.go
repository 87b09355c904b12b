package bundle

import (
	"maps"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Check returns all that keeps spec from being a Linux container: what the
// specification says MUST or MUST NOT be, what no kernel can do, and what runc and
// crun both refuse. Warnings are what the specification wants told and passed over.
//
// It looks at spec alone, never at the host: whether a path is there, a controller
// is mounted or the kernel is new enough is found out where it is used. It takes
// for granted that no string holds a NUL, which Decode sees to.
func Check(spec *specs.Spec) Problems {
	c := checker{spec: spec}
	c.whole()
	return c.all()
}

// CheckProcess is Check for the process of "exec", whose paths begin at the process.
func CheckProcess(process *specs.Process) Problems {
	c := checker{spec: &specs.Spec{}}
	c.process(process)
	return c.all()
}

// CheckResources is Check for the resources of "update", whose paths begin there.
func CheckResources(resources *specs.LinuxResources) Problems {
	c := checker{spec: &specs.Spec{}}
	c.resources(resources)
	return c.all()
}

// checker goes through a configuration in the order of the specification's types.
type checker struct {
	findings
	path path
	spec *specs.Spec
}

// refuse notes what is wrong with the member name of the object at hand, or with
// the value at hand itself where name is "".
func (c *checker) refuse(name, reason string) { c.note(name, reason, false) }

// warn is refuse for what is told and then passed over.
func (c *checker) warn(name, reason string) { c.note(name, reason, true) }

func (c *checker) note(name, reason string, warning bool) {
	at := c.path
	if name != "" {
		at = append(at, step{name: name, index: named})
	}
	c.add(Problem{Path: at.text(), Reason: reason, Warning: warning})
}

// within checks the object behind a member, if it is there.
func within[T any](c *checker, name string, v *T, check func(*checker, *T)) {
	if v == nil {
		return
	}
	c.path = append(c.path, step{name: name, index: named})
	check(c, v)
	c.path = c.path[:len(c.path)-1]
}

// each checks every element of an array.
func each[T any](c *checker, name string, list []T, check func(*checker, *T)) {
	c.path = append(c.path, step{name: name, index: named}, step{})
	for i := range list {
		c.path[len(c.path)-1].index = i
		check(c, &list[i])
	}
	c.path = c.path[:len(c.path)-2]
}

// entries checks every entry of a map, in the order of the keys.
func entries[T any](c *checker, name string, m map[string]T, check func(*checker, string, T)) {
	if len(m) == 0 {
		return
	}
	c.path = append(c.path, step{name: name, index: named}, step{index: named})
	for _, key := range slices.Sorted(maps.Keys(m)) {
		c.path[len(c.path)-1].name = key
		check(c, key, m[key])
	}
	c.path = c.path[:len(c.path)-2]
}

// whole checks a configuration from the top.
func (c *checker) whole() {
	s := c.spec
	if s == nil {
		c.refuse("", "missing")
		return
	}
	c.version(s.Version)
	if s.Process == nil {
		c.warn("process", "missing; the container can be created, but not started")
	}
	within(c, "process", s.Process, (*checker).process)
	if s.Root == nil {
		c.refuse("root", "missing; want the root filesystem, such as {\"path\": \"rootfs\"}")
	}
	within(c, "root", s.Root, (*checker).root)
	c.utsName("hostname", s.Hostname)
	c.utsName("domainname", s.Domainname)
	each(c, "mounts", s.Mounts, (*checker).mount)
	within(c, "hooks", s.Hooks, (*checker).hooks)
	entries(c, "annotations", s.Annotations, (*checker).annotation)
	within(c, "linux", s.Linux, (*checker).linux)
	c.foreign()
}
