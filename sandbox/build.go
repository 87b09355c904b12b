package sandbox

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"isle/internal/caps"
	"isle/internal/plan"
	"isle/ns"
)

// builder makes a plan of a Config.
type builder struct {
	c    *Cmd
	p    *plan.Plan
	root *plan.Root
	env  []string

	maps         *plan.IDMap // of the new user namespace
	groupsDenied bool        // in it
}

// Plan is the list of steps that Start carries out. Making it changes nothing.
func (c *Cmd) Plan() (*plan.Plan, error) {
	if c.fixed != nil {
		return c.fixed, nil
	}
	b := &builder{c: c, p: &plan.Plan{}, env: c.Env}
	if b.env == nil {
		b.env = os.Environ()
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	for _, part := range []func() error{b.namespaces, b.rootDirectory, b.names, b.shed, b.privileges, b.program} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return b.p, nil
}

// validate refuses what could only half work.
func (c *Cmd) validate() error {
	text := append([]string{c.Path, c.Dir, c.Hostname, c.Domainname}, c.Args...)
	for _, s := range append(text, c.Env...) {
		if strings.IndexByte(s, 0) >= 0 {
			return fmt.Errorf("%q contains a NUL byte", s)
		}
	}
	switch {
	case c.Path == "":
		return fmt.Errorf("no program given")
	case c.Root != nil && !c.New.Has(ns.Mount):
		return fmt.Errorf("a root of its own needs a new mount namespace")
	case len(c.Mounts) > 0 && c.Root == nil:
		return fmt.Errorf("mounts need a root of their own")
	case (c.Hostname != "" || c.Domainname != "") && !c.New.Has(ns.UTS):
		return fmt.Errorf("a host name of its own needs a new UTS namespace")
	case (c.Monotonic != nil || c.Boottime != nil) && !c.New.Has(ns.Time):
		return fmt.Errorf("clock offsets need a new time namespace")
	case c.Init && !c.New.Has(ns.PID):
		return fmt.Errorf("an init process needs a new PID namespace")
	case c.PreserveFDs > 0 && len(c.ExtraFiles) > 0:
		return fmt.Errorf("descriptors are either preserved or extra files")
	case c.Terminal && (c.Root == nil || c.Root.Bare):
		return fmt.Errorf("a terminal needs a root of its own with /dev")
	case len(c.Hostname) > 64 || len(c.Domainname) > 64:
		return fmt.Errorf("a host or domain name has at most 64 bytes")
	}
	for _, j := range c.Join {
		if c.New.Has(j.Kind) {
			return fmt.Errorf("the %s namespace cannot be both new and joined", j.Kind)
		}
	}
	return nil
}

func (b *builder) namespaces() error {
	c := b.c
	if err := b.join(); err != nil {
		return err
	}
	b.p.Add(&plan.Create{Kinds: c.New})
	if c.New.Has(ns.User) {
		m, err := c.idMap()
		if err != nil {
			return err
		}
		b.maps, b.groupsDenied = m, m.Setgroups == "deny"
		b.p.Add(m)
	}
	if c.Monotonic != nil || c.Boottime != nil {
		b.p.Add(&plan.TimeOffsets{Monotonic: c.Monotonic, Boottime: c.Boottime})
	}
	b.p.EnterTime(c.New)
	if b.maps != nil && b.c.Root != nil && needsRoot(c.UIDMap, os.Geteuid()) && needsRoot(c.GIDMap, os.Getegid()) {
		b.becomeRoot()
	}
	return nil
}

func (b *builder) join() error {
	step := &plan.JoinFiles{}
	for _, j := range b.c.Join {
		step.Sources = append(step.Sources, plan.Source{Kind: j.Kind, Path: j.File(), Socket: -1})
		b.p.Undumpable = b.p.Undumpable || j.Kind == ns.PID
	}
	if len(step.Sources) > 0 {
		b.p.Add(step)
	}
	if joins(b.c.Join, ns.User) {
		b.becomeRoot()
	}
	return nil
}

// becomeRoot makes the process user 0 of the user namespace that it is in now.
// Being someone whom the namespace has no id for, it has the capabilities, but
// what it makes would belong to no one, which file systems refuse.
func (b *builder) becomeRoot() {
	var root uint32
	b.p.Add(&plan.Identity{UID: &root, GID: &root, DropGroups: !b.groupsDenied, TolerateGroups: true})
}

// needsRoot says that a map has an id 0 which is not the caller's own.
func needsRoot(ids []IDMap, own int) bool {
	for _, m := range ids {
		if m.Inside == 0 && m.Count > 0 {
			return int(m.Outside) != own
		}
	}
	return false
}

func joins(list []Namespace, k ns.Kind) bool {
	return slices.ContainsFunc(list, func(j Namespace) bool { return j.Kind == k })
}

func (b *builder) names() error {
	c := b.c
	if c.Hostname != "" || c.Domainname != "" {
		b.p.Add(&plan.Hostname{Host: c.Hostname, Domain: c.Domainname})
	}
	if c.New.Has(ns.Net) {
		b.p.Add(&plan.Loopback{})
	}
	return nil
}

// shed leaves isle's own file and memory behind before a root's own program is
// executed: that may be a script whose interpreter is /proc/self/exe. An init is
// such a file in memory itself.
func (b *builder) shed() error {
	if b.root != nil && !b.c.Init {
		b.p.Add(&plan.Shed{Preserve: b.c.PreserveFDs})
	}
	return nil
}

// privileges come last before the program, for they only go down.
func (b *builder) privileges() error {
	c := b.c
	for _, r := range c.Rlimits {
		resource, ok := plan.Resource(r.Name)
		if !ok {
			return fmt.Errorf("unknown resource limit %q", r.Name)
		}
		b.p.Add(&plan.Rlimit{Name: r.Name, Resource: resource, Soft: r.Soft, Hard: r.Hard})
	}
	if c.NewSession {
		b.p.Add(&plan.NewSession{})
	}
	if c.Terminal {
		owner := &plan.Terminal{}
		if c.User != nil {
			owner.UID, owner.GID = c.User.UID, c.User.GID
		}
		b.p.Add(owner)
	}
	if !c.NoNewPrivs {
		b.seccomp() // while the process has the capability that it then takes
	}
	if err := b.identity(); err != nil {
		return err
	}
	if c.NoNewPrivs {
		b.p.Add(&plan.NoNewPrivs{})
	}
	return b.landlock()
}

func (b *builder) identity() error {
	c := b.c
	keep := caps.All
	if c.Capabilities != nil {
		var err error
		if keep, err = caps.Parse(strings.Join(*c.Capabilities, ",")); err != nil {
			return err
		}
		last := caps.Last()
		keep &= caps.UpTo(last)
		b.p.Add(&plan.BoundCapabilities{Keep: keep, Last: last})
	}
	if u := c.User; u != nil {
		if err := b.mapped(u); err != nil {
			return err
		}
		b.p.Add(&plan.Identity{UID: &u.UID, GID: &u.GID, Groups: u.Groups, DropGroups: !b.groupsDenied, TolerateGroups: onlyGroup(u)})
	}
	if c.Capabilities != nil && (c.User == nil || c.User.UID == 0) {
		b.p.Add(&plan.SetCapabilities{Set: keep})
	}
	return nil
}

// onlyGroup says that a user has no groups whose loss would matter, which the
// kernel may forbid to set.
func onlyGroup(u *User) bool {
	return len(u.Groups) == 0 || len(u.Groups) == 1 && u.Groups[0] == u.GID
}

func (b *builder) program() error {
	c := b.c
	if c.DeathSignal != 0 {
		b.p.Add(&plan.DeathSignal{Signal: int(c.DeathSignal), Name: signalName(c.DeathSignal)})
	}
	b.p.Add(&plan.Handover{Keep: c.PreserveFDs})
	if c.NoNewPrivs {
		b.seccomp()
	}
	exec := &plan.Exec{Program: c.Path, Args: c.Args, Env: b.env, Path: searchPath(b.env)}
	if b.root != nil {
		exec.Root, exec.Inside = b.root.Seen, true
	}
	if c.Init {
		b.p.Add(&plan.Init{Exec: exec, Foreground: c.Terminal})
		return nil
	}
	b.p.Add(exec)
	return nil
}

func (b *builder) seccomp() {
	if s := b.c.Seccomp; s != nil {
		b.p.Add(&plan.Seccomp{Name: s.Name, Filter: s.Filter, Flags: uint64(s.Flags)})
	}
}

// searchPath is the PATH of the program's environment, with the default that
// the C library has.
func searchPath(env []string) []string {
	for i := len(env) - 1; i >= 0; i-- {
		if path, ok := strings.CutPrefix(env[i], "PATH="); ok {
			return strings.Split(path, ":")
		}
	}
	return []string{"/bin", "/usr/bin"}
}
