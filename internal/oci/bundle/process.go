package bundle

import (
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// process checks the section "Process".
func (c *checker) process(p *specs.Process) {
	if p.Terminal {
		within(c, "consoleSize", p.ConsoleSize, (*checker).box)
	}
	within(c, "user", &p.User, (*checker).user)
	if len(p.Args) == 0 {
		c.refuse("args", "missing; want the program to run and its arguments")
	} // an empty string is a program that is not found: engines tell that from a bad configuration
	each(c, "env", p.Env, (*checker).variable)
	c.absolute("cwd", p.Cwd)
	within(c, "capabilities", p.Capabilities, (*checker).capabilities)
	c.rlimits(p.Rlimits)
	c.printable("apparmorProfile", p.ApparmorProfile)
	if p.OOMScoreAdj != nil {
		c.between("oomScoreAdj", int64(*p.OOMScoreAdj), -1000, 1000)
	}
	within(c, "scheduler", p.Scheduler, (*checker).scheduler)
	c.printable("selinuxLabel", p.SelinuxLabel)
	within(c, "ioPriority", p.IOPriority, (*checker).ioPriority)
	within(c, "execCPUAffinity", p.ExecCPUAffinity, (*checker).affinity)
}

// box checks the size of a terminal: 16 bits each (ioctl_tty(2), TIOCSWINSZ).
func (c *checker) box(b *specs.Box) {
	for _, side := range [...]struct {
		name  string
		value uint
	}{{"height", b.Height}, {"width", b.Width}} {
		if side.value > 65535 {
			c.refuse(side.name, strconv.FormatUint(uint64(side.value), 10)+" is more than 65535")
		}
	}
}

// user checks the ids of the process. In a new user namespace setresuid(2) and
// setgroups(2) take no id that is not mapped.
func (c *checker) user(u *specs.User) {
	var uids, gids []specs.LinuxIDMapping
	if c.makes(specs.UserNamespace) {
		uids, gids = c.spec.Linux.UIDMappings, c.spec.Linux.GIDMappings
	}
	c.mappedID("uid", u.UID, uids, ".linux.uidMappings")
	c.mappedID("gid", u.GID, gids, ".linux.gidMappings")
	if u.Umask != nil && *u.Umask > 0o777 {
		c.warn("umask", strconv.FormatUint(uint64(*u.Umask), 10)+" is more than 511 (octal 777); the kernel takes the lower nine bits")
	}
	if most := 65536; len(u.AdditionalGids) > most {
		c.refuse("additionalGids", strconv.Itoa(len(u.AdditionalGids))+" groups; the kernel takes "+strconv.Itoa(most))
		return
	}
	each(c, "additionalGids", u.AdditionalGids, func(c *checker, gid *uint32) {
		c.mappedID("", *gid, gids, ".linux.gidMappings")
	})
}

// variable checks one entry of the environment, as runc does.
func (c *checker) variable(variable *string) {
	switch strings.IndexByte(*variable, '=') {
	case -1:
		c.refuse("", quoted(*variable)+" has no '='; want NAME=VALUE")
	case 0:
		c.refuse("", quoted(*variable)+" has no name before the '='")
	}
}

// rlimits checks that each limit is known and there once, as the specification
// wants, and what setrlimit(2) refuses.
func (c *checker) rlimits(limits []specs.POSIXRlimit) {
	var seen [64]bool
	each(c, "rlimits", limits, func(c *checker, limit *specs.POSIXRlimit) {
		known(c, "type", limit.Type, rlimits)
		if i := position(limit.Type, rlimits); i >= 0 {
			if seen[i] {
				c.refuse("type", limit.Type+" is there twice")
			}
			seen[i] = true
		}
		if limit.Soft > limit.Hard {
			c.refuse("soft", strconv.FormatUint(limit.Soft, 10)+" is more than hard, "+strconv.FormatUint(limit.Hard, 10))
		}
	})
}
