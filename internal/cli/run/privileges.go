package run

import (
	"fmt"
	"runtime"
	"syscall"

	"isle/internal/caps"
	"isle/internal/seccomp"
	"isle/sandbox"
)

func (o *Options) privileges(cmd *sandbox.Cmd) error {
	set, err := caps.Apply(caps.Default, o.CapAdd, o.CapDrop)
	if err != nil {
		return err
	}
	names := (set & caps.UpTo(caps.Last())).Names()
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

func (o *Options) seccomp(cmd *sandbox.Cmd, capabilities []string) error {
	if o.Seccomp == "unconfined" {
		return nil
	}
	host, err := seccomp.ThisHost(capabilities)
	if err != nil {
		return err
	}
	profile, name := seccomp.Default(host), "default"
	if o.Seccomp != "" && o.Seccomp != "default" {
		if profile, err = seccomp.ParseFile(o.Seccomp, host); err != nil {
			return err
		}
		name = o.Seccomp
	}
	filter, err := seccomp.Compile(profile, seccomp.Native())
	if err != nil {
		return fmt.Errorf("seccomp profile %s: %w", name, err)
	}
	cmd.Seccomp = &sandbox.Seccomp{Name: name, Filter: filter.Bytes(), Flags: filter.Flags}
	return nil
}
