package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/internal/idmap"
	"isle/internal/rootfs"
	"isle/internal/seccomp"
	"isle/ns"
	"isle/sandbox"
)

// build turns the options into a Cmd. Notes are for the person at the terminal.
// The returned function lets go of what was opened for it.
func (o *Options) build(ctx context.Context) (cmd *sandbox.Cmd, notes []string, release func(), err error) {
	cmd = &sandbox.Cmd{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	release = func() {}
	if notes, err = o.isolation(cmd); err != nil {
		return nil, nil, release, err
	}
	if release, err = o.root(ctx, cmd); err != nil {
		return nil, nil, release, err
	}
	for _, part := range []func(*sandbox.Cmd) error{o.process, o.privileges} {
		if err := part(cmd); err != nil {
			return nil, nil, release, err
		}
	}
	return cmd, notes, release, nil
}

// isolation chooses the namespaces: all that are not shared or joined, the
// user namespace only where it is needed.
func (o *Options) isolation(cmd *sandbox.Cmd) ([]string, error) {
	cmd.New = ns.All &^ o.Share
	for _, j := range o.Join {
		cmd.New = cmd.New.Without(j.Kind)
	}
	cmd.Join = o.Join
	if cmd.New.Has(ns.Time) && unix.Access("/proc/self/ns/time", unix.F_OK) != nil {
		cmd.New = cmd.New.Without(ns.Time) // before Linux 5.6
	}
	if o.Share.Has(ns.Mount) {
		return nil, errors.New("the mount namespace cannot be shared: the root of the island is made in it (see isle unshare)")
	}
	mapped := len(o.UIDMap)+len(o.GIDMap) > 0
	if !mapped && privileged() {
		cmd.New = cmd.New.Without(ns.User)
	}
	cmd.Monotonic, cmd.Boottime = o.Monotonic, o.Boottime
	if cmd.New.Has(ns.UTS) {
		cmd.Hostname, cmd.Domainname = o.Host, o.Domain
		if cmd.Hostname == "" {
			cmd.Hostname = "isle"
		}
	} else if o.Host != "" || o.Domain != "" {
		return nil, errors.New("a host name of its own needs a UTS namespace of its own")
	}
	if !cmd.New.Has(ns.User) {
		return nil, nil
	}
	cmd.UIDMap, cmd.GIDMap = o.UIDMap, o.GIDMap
	if mapped {
		return nil, nil
	}
	return mapRootless(cmd)
}

// privileged says whether namespaces can be made without a user namespace.
func privileged() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	return unix.Capget(&header, &data[0]) == nil && data[0].Effective&(1<<unix.CAP_SYS_ADMIN) != 0
}

// mapRootless maps the caller to root and subordinate ids to the others.
func mapRootless(cmd *sandbox.Cmd) ([]string, error) {
	maps, err := idmap.Rootless(idmap.Local())
	if err != nil {
		return nil, err
	}
	for _, r := range maps.Users {
		cmd.UIDMap = append(cmd.UIDMap, sandbox.IDMap(r))
	}
	for _, r := range maps.Groups {
		cmd.GIDMap = append(cmd.GIDMap, sandbox.IDMap(r))
	}
	if maps.Missing == "" {
		return nil, nil
	}
	return []string{maps.Missing + ": there is no user but root on this island, and files of others cannot be changed"}, nil
}

func (o *Options) root(ctx context.Context, cmd *sandbox.Cmd) (release func(), err error) {
	release = func() {}
	cmd.Root = &sandbox.Root{Dir: o.RootFS, Keep: o.Keep, ReadOnly: o.ReadOnly, Overlay: o.RootFS == ""}
	cmd.Mounts = o.Mounts
	if o.RootFS == "" {
		return release, nil
	}
	info, err := os.Stat(o.RootFS)
	switch {
	case err != nil:
		return release, fmt.Errorf("root file system: %w", err)
	case info.IsDir():
		cmd.Root.Overlay = o.Keep != ""
		return release, nil
	}
	root, err := unpack(ctx, o.RootFS, info.Size())
	if err != nil {
		return release, err
	}
	cmd.Root.Dir, cmd.Root.Overlay = root.Dir, true
	return func() { root.Close() }, nil
}

// unpack gives the root of an archive, with a meter on a terminal.
func unpack(ctx context.Context, file string, size int64) (*rootfs.Root, error) {
	meter := rootfs.Bar(os.Stderr, filepath.Base(file), size)
	root, err := rootfs.Cached(ctx, file, rootfs.Options{Size: size, Progress: meter.Report})
	meter.Done()
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", file, err)
	}
	return root, nil
}

// rootDir is where files of the root can be read before it is one.
func rootDir(cmd *sandbox.Cmd) string {
	if cmd.Root.Dir == "" {
		return "/"
	}
	return cmd.Root.Dir
}

func (o *Options) privileges(cmd *sandbox.Cmd) error {
	last, err := caps.Last()
	if err != nil {
		return err
	}
	set, err := caps.Apply(caps.Default, o.CapAdd, o.CapDrop)
	if err != nil {
		return err
	}
	names := (set & caps.UpTo(last)).Names()
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
