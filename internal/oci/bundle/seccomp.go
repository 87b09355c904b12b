package bundle

import (
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// seccomp checks the section "Seccomp". Whether the kernel knows a call's name is
// for the compiler: names of other architectures are usual.
func (c *checker) seccomp(s *specs.LinuxSeccomp) {
	known(c, "defaultAction", s.DefaultAction, seccompActions)
	if s.DefaultAction == specs.ActNotify {
		c.refuse("defaultAction", "SCMP_ACT_NOTIFY would stop the very call that hands the listener over")
	}
	c.errnoRet("defaultErrnoRet", s.DefaultAction, s.DefaultErrnoRet)
	each(c, "architectures", s.Architectures, func(c *checker, arch *specs.Arch) {
		known(c, "", *arch, seccompArchitectures)
	})
	each(c, "flags", s.Flags, func(c *checker, flag *specs.LinuxSeccompFlag) {
		known(c, "", *flag, seccompFlags)
	})
	c.listener(s)
	each(c, "syscalls", s.Syscalls, (*checker).syscall)
}

// listener checks that those who are asked can be reached.
func (c *checker) listener(s *specs.LinuxSeccomp) {
	notify := false
	for i := range s.Syscalls {
		notify = notify || s.Syscalls[i].Action == specs.ActNotify
	}
	if s.ListenerPath != "" {
		c.absolute("listenerPath", s.ListenerPath)
		return
	}
	if notify {
		c.refuse("listenerPath", "missing; SCMP_ACT_NOTIFY needs one to ask")
	}
	if s.ListenerMetadata != "" {
		c.refuse("listenerMetadata", "must not be set without listenerPath")
	}
}

// syscall checks one rule.
func (c *checker) syscall(s *specs.LinuxSyscall) {
	if len(s.Names) == 0 {
		c.refuse("names", "missing; want at least one system call")
	}
	each(c, "names", s.Names, func(c *checker, name *string) {
		if *name == "" {
			c.refuse("", "is empty; want a system call")
		}
	})
	known(c, "action", s.Action, seccompActions)
	c.errnoRet("errnoRet", s.Action, s.ErrnoRet)
	each(c, "args", s.Args, func(c *checker, arg *specs.LinuxSeccompArg) {
		if arg.Index > 5 {
			c.refuse("index", strconv.FormatUint(uint64(arg.Index), 10)+" is not from 0 to 5; a system call has six arguments")
		}
		known(c, "op", arg.Op, seccompOperators)
	})
}

// errnoRet checks that a value is given only where the action returns one, and fits
// it: an errno, or the message of ptrace(2), PTRACE_EVENT_SECCOMP.
func (c *checker) errnoRet(name string, action specs.LinuxSeccompAction, value *uint) {
	if value == nil {
		return
	}
	most := uint(0)
	switch action {
	case specs.ActErrno:
		most = 4095
	case specs.ActTrace:
		most = 65535
	default:
		c.refuse(name, "must not be set: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE return a value")
		return
	}
	if *value > most {
		c.refuse(name, strconv.FormatUint(uint64(*value), 10)+" is more than "+strconv.FormatUint(uint64(most), 10))
	}
}
