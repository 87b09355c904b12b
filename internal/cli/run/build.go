package run

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/idmap"
	"isle/internal/rootfs"
	"isle/ns"
	"isle/sandbox"
)

// build turns the options into a Cmd. Notes are for the person at the terminal.
// The root, if it is that of an archive, is to be closed or held, even after an
// error.
func (o *Options) build() (cmd *sandbox.Cmd, notes []string, root *rootfs.Root, err error) {
	cmd = &sandbox.Cmd{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	if notes, err = o.isolation(cmd); err != nil {
		return nil, nil, nil, err
	}
	if root, err = o.root(cmd); err != nil {
		return nil, nil, nil, err
	}
	for _, part := range []func(*sandbox.Cmd) error{o.process, o.privileges} {
		if err := part(cmd); err != nil {
			return nil, nil, root, err
		}
	}
	return cmd, notes, root, nil
}

// isolation chooses the namespaces and names the host.
func (o *Options) isolation(cmd *sandbox.Cmd) ([]string, error) {
	if err := o.namespaces(cmd); err != nil {
		return nil, err
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
	if o.mapped() {
		return nil, nil
	}
	return mapRootless(cmd)
}

func (o *Options) mapped() bool { return len(o.UIDMap)+len(o.GIDMap) > 0 }

// namespaces are all kinds that are not shared or joined, the user namespace
// only where it is needed.
func (o *Options) namespaces(cmd *sandbox.Cmd) error {
	cmd.New = ns.All &^ o.Share
	for _, j := range o.Join {
		cmd.New = cmd.New.Without(j.Kind)
		if !own(j) {
			cmd.Join = append(cmd.Join, j)
		}
	}
	if cmd.New.Has(ns.Time) && unix.Access("/proc/self/ns/time", unix.F_OK) != nil {
		cmd.New = cmd.New.Without(ns.Time) // before Linux 5.6
	}
	switch {
	case !cmd.New.Has(ns.Mount):
		return errors.New("the mount namespace can be neither shared nor joined: the root of the island is made in it (see isle unshare and isle nsenter)")
	case o.mapped() && !cmd.New.Has(ns.User):
		return errors.New("--uidmap and --gidmap need a user namespace of the island's own")
	case privileged():
		if !o.mapped() {
			cmd.New = cmd.New.Without(ns.User)
		}
	case o.Share.Has(ns.User):
		return errors.New("the user namespace cannot be shared without CAP_SYS_ADMIN: only one of the island's own gives an ordinary user the right to the other namespaces")
	}
	return nil
}

// own says whether a namespace to be joined is the one this process is in: then
// it has only to stay there, which needs no privilege.
func own(j sandbox.Namespace) bool {
	var mine, other unix.Stat_t
	return unix.Stat("/proc/self/ns/"+j.Kind.File(), &mine) == nil && unix.Stat(j.File(), &other) == nil &&
		mine.Ino == other.Ino && mine.Dev == other.Dev
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
