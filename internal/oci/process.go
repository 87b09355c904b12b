package oci

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/caps"
	"isle/internal/passwd"
	"isle/internal/plan"
	"isle/ns"
)

// settle adds what is done before the process waits to be started: from here
// on it needs nothing of isle or the host any more.
func (c *Container) settle() error {
	process := c.Spec.Process
	if !c.NoNewKeyring {
		c.p.Add(&plan.Keyring{Name: "_ses." + c.ID})
	}
	c.p.Add(&plan.Chdir{Dir: process.Cwd, Root: c.root})
	if c.at == nil {
		c.p.Add(&plan.NewSession{})
	}
	if len(process.Args) > 0 {
		c.p.Add(&plan.FindProgram{Exec: c.execution()})
	}
	// A program of the image may be a script whose interpreter is
	// /proc/self/exe: that is not to be isle's file (CVE-2019-5736).
	if !c.exposed() {
		if c.maps != nil && !hasID(c.Spec.Linux.UIDMappings, 0) { // the execution leaves it those only (capabilities(7))
			all := caps.UpTo(caps.Last())
			c.p.Add(&plan.CapabilitySets{Effective: all, Permitted: all, Inheritable: all, Ambient: all})
		}
		c.p.Add(&plan.Shed{Preserve: c.PreserveFDs, Keep: c.kept(), Undumpable: true})
	}
	if c.BeforeExec != nil && c.Gate == nil {
		c.p.Add(c.BeforeExec)
	}
	return nil
}

// privileges adds what only goes down: limits, labels, ids, capabilities, filter.
func (c *Container) privileges() error {
	held := caps.All
	if !c.created.Has(ns.User) && !c.joined.Has(ns.User) {
		held = caps.Held()
	}
	return addPrivileges(c.p, c.Spec, c.Spec.Process, privileges{
		preserve: c.PreserveFDs, groupsDenied: c.groupsDenied(), held: held, gate: c.Gate, listener: c.Listener, warn: c.warn,
	})
}

func addPrivileges(p *plan.Plan, spec *specs.Spec, process *specs.Process, o privileges) error {
	attributes, err := attributes(spec, process)
	if err != nil {
		return err
	}
	p.Add(attributes...)
	if err := rlimits(p, process); err != nil {
		return err
	}
	filter, err := readFilter(spec)
	if err != nil {
		return err
	}
	p.Add(labels(process, o.warn)...)
	// A filter may deny what this calls: profiles older than close_range do.
	p.Add(plan.Undumpable(), &plan.Handover{Keep: o.preserve})
	addFilter(p, process, o, filter)
	return nil
}

// privileges are what the steps that take them away need to know.
type privileges struct {
	preserve     int // descriptors
	groupsDenied bool
	held         caps.Set // what isle has itself
	gate         *plan.Gate
	listener     func(fd int) error
	warn         func(string, ...any)
}

// identity adds who the process is and what it may do (capabilities(7)).
func identity(p *plan.Plan, process *specs.Process, groupsDenied bool, sets capabilities) {
	user := process.User
	p.Add(&plan.BoundCapabilities{Keep: sets.bounding, Last: sets.last})
	groups := user.AdditionalGids
	p.Add(&plan.KeepCapabilities{})
	p.Add(&plan.Identity{UID: &user.UID, GID: &user.GID, Groups: groups, DropGroups: !groupsDenied || len(groups) > 0, TolerateGroups: len(groups) == 0})
	mask := uint32(0o022)
	if user.Umask != nil {
		mask = *user.Umask
	}
	p.Add(&plan.Umask{Mask: mask})
}

type capabilities struct {
	plan.CapabilitySets
	bounding caps.Set
	last     caps.Cap // that the kernel knows
}

// capabilitySets reads the sets of a process. What cannot be granted is left out
// with a warning, as the specification has it: what the kernel or isle itself has
// not got, and what capset(2) refuses because another set lacks it.
func capabilitySets(c *specs.LinuxCapabilities, held caps.Set, warn func(string, ...any)) capabilities {
	if c == nil {
		c = &specs.LinuxCapabilities{}
	}
	last := caps.Last()
	have := caps.UpTo(last) & held
	set := func(name string, names []string, most caps.Set) caps.Set {
		var s caps.Set
		for _, name := range names {
			if one, err := caps.ParseCap(name); err == nil {
				s = s.With(caps.SetOf(one))
			}
		}
		if more := s &^ have; more != 0 { // of the sets beside each other the bundle's check tells
			warn("process.capabilities.%s: %s cannot be granted", name, more)
		}
		return s & most
	}
	sets := capabilities{bounding: set("bounding", c.Bounding, have), last: last}
	sets.Permitted = set("permitted", c.Permitted, have)
	sets.Effective = set("effective", c.Effective, sets.Permitted)
	sets.Inheritable = set("inheritable", c.Inheritable, sets.bounding)
	sets.Ambient = set("ambient", c.Ambient, sets.Permitted&sets.Inheritable)
	return sets
}

func rlimits(p *plan.Plan, process *specs.Process) error {
	for i, r := range process.Rlimits {
		name := strings.ToLower(strings.TrimPrefix(r.Type, "RLIMIT_"))
		resource, ok := plan.Resource(name)
		if !ok {
			return fmt.Errorf("process.rlimits[%d].type: unknown limit %q", i, r.Type)
		}
		p.Add(&plan.Rlimit{Name: name, Resource: resource, Soft: r.Soft, Hard: r.Hard})
	}
	return nil
}

// labels are what security modules give the program at its exec. Those of a
// module that this kernel does not run are passed over.
func labels(process *specs.Process, warn func(string, ...any)) []plan.Step {
	var steps []plan.Step
	if profile := process.ApparmorProfile; profile != "" && !appArmor() {
		warn("process.apparmorProfile: AppArmor is not running on this host, %q is passed over", profile)
	} else if profile != "" {
		steps = append(steps, &plan.SelfFile{File: "attr/apparmor/exec", Or: "attr/exec", Text: "exec " + profile, What: "have the AppArmor profile " + profile})
	}
	if label := process.SelinuxLabel; label != "" && !isThere("/sys/fs/selinux/enforce") {
		warn("process.selinuxLabel: SELinux is not running on this host, %q is passed over", label)
	} else if label != "" {
		steps = append(steps, &plan.SelfFile{File: "attr/keycreate", Text: label, What: "label keys " + label},
			&plan.SelfFile{File: "attr/exec", Text: label, What: "have the SELinux label " + label})
	}
	return steps
}

// appArmor says whether the kernel runs it: one that has it may leave it off,
// and refuses profiles all the same.
func appArmor() bool {
	enabled, err := os.ReadFile("/sys/module/apparmor/parameters/enabled")
	return err == nil && strings.HasPrefix(string(enabled), "Y")
}

func isThere(path string) bool {
	_, err := lookup(path)
	return err == nil
}

// program adds the execution.
func (c *Container) program() error {
	if wantsInit(c.Spec) && len(c.Spec.Process.Args) > 0 {
		c.p.Add(&plan.Init{Exec: c.execution(), Foreground: c.at != nil})
		return nil
	}
	c.p.Add(c.execution())
	return nil
}

// execution is made once: it looks the user up in the root.
func (c *Container) execution() *plan.Exec {
	if c.exec == nil {
		c.exec = execOf(c.Spec.Process, c.root.Seen, c.PreserveFDs)
	}
	return c.exec
}

// execOf is the execution of a process in a root.
func execOf(process *specs.Process, root string, preserve int) *plan.Exec {
	env := environment(process, root, preserve)
	if len(process.Args) == 0 { // it can be created, but not started
		return &plan.Exec{Program: "/", Args: []string{"/"}}
	}
	exec := &plan.Exec{Program: process.Args[0], Args: process.Args, Env: env, Root: root, Inside: true, Strict: true}
	exec.Path = filepath.SplitList(variable(env, "PATH"))
	return exec
}

// environment is the process's, with the home directory of its user if it has
// none, and what tells it of descriptors that it is handed (sd_listen_fds(3)).
func environment(process *specs.Process, root string, preserve int) []string {
	env := process.Env
	if !has(env, "HOME") {
		home := "/"
		if user, err := passwd.Find(root, strconv.FormatUint(uint64(process.User.UID), 10)); err == nil && path.IsAbs(user.Home) {
			home = user.Home
		}
		env = append(env[:len(env):len(env)], "HOME="+home)
	}
	if n := ListenFDs(); n > 0 && n <= preserve {
		env = append(env[:len(env):len(env)], "LISTEN_FDS="+strconv.Itoa(n), "LISTEN_PID=1")
		if names := os.Getenv("LISTEN_FDNAMES"); names != "" {
			env = append(env, "LISTEN_FDNAMES="+names)
		}
	}
	return env
}

func has(env []string, name string) bool {
	for _, v := range env {
		if strings.HasPrefix(v, name+"=") {
			return true
		}
	}
	return false
}

func variable(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(env[i], name+"="); ok {
			return value
		}
	}
	return ""
}
