package run

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"

	"isle/internal/caps"
	"isle/internal/seccomp"
	"isle/ns"
	"isle/sandbox"
)

func (o *Options) privileges(cmd *sandbox.Cmd) error {
	set, err := caps.Apply(caps.Default, o.CapAdd, o.CapDrop)
	if err != nil {
		return err
	}
	if sameUser(cmd) {
		set = within(set, o.CapAdd)
	}
	names := set.Names()
	cmd.Capabilities = &names
	cmd.NoNewPrivs = !o.NewPrivs
	cmd.ReadOnlyPaths, cmd.ReadWritePaths = o.ReadPaths, o.WritePaths
	cmd.Rlimits = o.Rlimits
	cmd.Init = o.Init
	if o.DieWithParent {
		runtime.LockOSThread() // main's thread, which lives as long as isle
		cmd.DeathSignal = syscall.SIGKILL
	}
	return o.seccomp(cmd, names)
}

// sameUser says that the island is in isle's own user namespace: another would
// give it all capabilities over what belongs to that.
func sameUser(cmd *sandbox.Cmd) bool {
	return !cmd.New.Has(ns.User) && !slices.ContainsFunc(cmd.Join, func(j sandbox.Namespace) bool { return j.Kind == ns.User })
}

// within leaves out what isle itself has not got and so cannot give, unless it
// was asked for by name: then there is to be an error.
func within(set caps.Set, added []string) caps.Set {
	named := caps.Set(0)
	for _, name := range added {
		if s, err := caps.Parse(name); err == nil && s&caps.All != caps.All {
			named |= s
		}
	}
	return set & (caps.Held() | named)
}

func (o *Options) seccomp(cmd *sandbox.Cmd, capabilities []string) error {
	if o.Seccomp == "unconfined" {
		return nil
	}
	host, err := seccomp.ThisHost(capabilities)
	if err != nil {
		return err
	}
	filter, name, err := o.filter(host)
	if err != nil {
		return err
	}
	cmd.Seccomp = &sandbox.Seccomp{Name: name, Filter: filter.Bytes(), Flags: filter.Flags}
	return nil
}

// filter compiles the profile that was asked for.
func (o *Options) filter(host seccomp.Host) (filter *seccomp.Filter, name string, err error) {
	if name = o.Seccomp; name == "" || name == "default" {
		filter, err = seccomp.CompileDefault(host)
		return filter, "default", err
	}
	profile, err := seccomp.ParseFile(name, host)
	if err != nil {
		return nil, name, err
	}
	if filter, err = seccomp.Compile(profile, host.Arch); err != nil {
		err = fmt.Errorf("seccomp profile %s: %w", name, err)
	}
	return filter, name, err
}
