package run

import (
	"fmt"
	"strings"

	"isle/internal/getopt"
	"isle/internal/plan"
	"isle/internal/review"
	"isle/ns"
	"isle/sandbox"
)

// flags is the table of options, grouped as help shows them.
func flags() []flag {
	const isolation, files, process, privileges, other = "Isolation", "Files", "Process", "Privileges", otherGroup
	opt := func(group, long string, short byte, arg, help string, set func(o *Options, arg string) error) flag {
		f := flag{getopt.Option{Long: long, Short: short, Arg: getopt.Required, ArgName: arg, Group: group, Help: help}, set}
		if arg == "" {
			f.Arg = getopt.None
		}
		return f
	}
	table := []flag{
		opt(isolation, "share", 0, "KIND,...", "keep these namespaces of the caller instead of new ones: user, mount, pid, net, ipc, uts, cgroup, time", setShare),
		opt(isolation, "join", 0, "KIND=PATH|PID", "enter an existing namespace, given by a file or by a process in it", setJoin),
		opt(isolation, "uidmap", 0, "IN:OUT:COUNT", "map user ids of a new user namespace; can be repeated", func(o *Options, s string) error { return setMap(&o.UIDMap, s) }),
		opt(isolation, "gidmap", 0, "IN:OUT:COUNT", "map group ids of a new user namespace; can be repeated", func(o *Options, s string) error { return setMap(&o.GIDMap, s) }),
		opt(isolation, "hostname", 0, "NAME", "name the host (isle by default)", hostname(func(o *Options) *string { return &o.Host })),
		opt(isolation, "domainname", 0, "NAME", "set the NIS domain name", hostname(func(o *Options) *string { return &o.Domain })),
		opt(isolation, "time-offset", 0, "[CLOCK=]SECONDS", "shift the monotonic and boottime clocks, or the one named", setOffset),

		opt(files, "rootfs", 0, "DIR|FILE", "the root: a directory, or an archive as docker export writes it (tar, tar.gz, tar.zst, tar.xz)", text(func(o *Options) *string { return &o.RootFS })),
		opt(files, "keep", 0, "DIR", "keep what is written to an overlay in DIR", text(func(o *Options) *string { return &o.Keep })),
		opt(files, "review", 0, "NAME", "keep what is written, and when COMMAND has ended ask what of it is to be applied to the real files; see isle-review(1)", setReview),
		opt(files, "yes", 0, "", "with --review: apply all", on(func(o *Options) *bool { return &o.Ending.Yes })),
		opt(files, "discard", 0, "", "with --review: only list, and apply nothing", on(func(o *Options) *bool { return &o.Ending.Discard })),
		opt(files, "json", 0, "", "with --review: list the changes as JSON on standard output", on(func(o *Options) *bool { return &o.Ending.JSON })),
		opt(files, "special", 0, "", "with --review: apply set-id bits, capabilities, devices and sockets too", on(func(o *Options) *bool { return &o.Ending.Special })),
		opt(files, "read-only", 0, "", "make the root read-only", on(func(o *Options) *bool { return &o.ReadOnly })),
		opt(files, "volume", 'v', "SRC:DST[:OPT,...]", "bind a file or directory of the host; ro makes it read-only", setVolume),
		opt(files, "mount", 0, "type=T,src=S,dst=D,...", "mount a bind, a tmpfs or another file system", setMount),
		opt(files, "tmpfs", 0, "DST[:OPT,...]", "mount a tmpfs", setTmpfs),

		opt(process, "env", 'e', "NAME[=VALUE]", "set a variable, or pass on the caller's", list(func(o *Options) *[]string { return &o.Env })),
		opt(process, "env-file", 0, "FILE", "set the variables in FILE", list(func(o *Options) *[]string { return &o.EnvFiles })),
		opt(process, "workdir", 'w', "DIR", "the working directory in the root", text(func(o *Options) *string { return &o.Dir })),
		opt(process, "user", 'u', "USER[:GROUP]", "run as this user, by number or by a name of the root's own passwd", text(func(o *Options) *string { return &o.User })),
		opt(process, "interactive", 'i', "", "keep standard input open (it always is)", func(*Options, string) error { return nil }),
		opt(process, "tty", 't', "", "give COMMAND a terminal made inside (by default if isle has one)", wantTerminal(true)),
		opt(process, "no-tty", 'T', "", "give COMMAND isle's own standard input and outputs", wantTerminal(false)),
		opt(process, "init", 0, "", "run a small init as PID 1, which passes signals on and waits for orphans", on(func(o *Options) *bool { return &o.Init })),
		opt(process, "die-with-parent", 0, "", "kill COMMAND when isle ends", on(func(o *Options) *bool { return &o.DieWithParent })),
		opt(process, "rlimit", 0, "NAME=SOFT[:HARD]", "set a resource limit, such as nofile=1024", setRlimit),
		opt(process, "preserve-fds", 0, "N", "pass on N descriptors from 3 on; all others are closed", setPreserve),

		opt(privileges, "cap-add", 0, "CAP", "add a capability to those that container engines give; ALL adds all", list(func(o *Options) *[]string { return &o.CapAdd })),
		opt(privileges, "cap-drop", 0, "CAP", "drop a capability; ALL drops all", list(func(o *Options) *[]string { return &o.CapDrop })),
		opt(privileges, "no-new-privs", 0, "", "forbid to gain privileges by executing files", nil),
		opt(privileges, "seccomp", 0, "FILE|unconfined", "filter system calls by this profile instead of the engines' default", text(func(o *Options) *string { return &o.Seccomp })),
		opt(privileges, "landlock-ro", 0, "PATH", "allow to read below PATH, and nothing that is not allowed so", paths(func(o *Options) *[]string { return &o.ReadPaths })),
		opt(privileges, "landlock-rw", 0, "PATH", "allow to read and write below PATH, and nothing that is not allowed so", paths(func(o *Options) *[]string { return &o.WritePaths })),

		opt(other, "dry-run", 0, "FORM", "show what would be done: steps, shell, syscalls or json", setDryRun),
		opt(other, "help", 0, "", "show this help", nil),
		opt(other, "version", 'V', "", "show the version", nil),
	}
	for i := range table {
		switch table[i].Long {
		case "dry-run", "review":
			table[i].Arg = getopt.Optional
		case "no-new-privs":
			table[i].Option = getopt.Option{Long: "no-new-privs", Arg: getopt.Optional, ArgName: "yes|no", Group: privileges,
				Help: "forbid to gain privileges by executing files (the default)"}
			table[i].set = setNoNewPrivs
		}
	}
	return table
}

func text(field func(*Options) *string) func(*Options, string) error {
	return func(o *Options, s string) error { *field(o) = s; return nil }
}

func on(field func(*Options) *bool) func(*Options, string) error {
	return func(o *Options, _ string) error { *field(o) = true; return nil }
}

func list(field func(*Options) *[]string) func(*Options, string) error {
	return func(o *Options, s string) error { *field(o) = append(*field(o), s); return nil }
}

// hostname takes a name as hostname(7) has it.
func hostname(field func(*Options) *string) func(*Options, string) error {
	return func(o *Options, s string) error {
		const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"
		if s == "" || len(s) > 64 || strings.Trim(s, letters) != "" {
			return fmt.Errorf("invalid host or domain name %q: it has up to 64 letters, digits, hyphens and dots", s)
		}
		*field(o) = s
		return nil
	}
}

// paths takes absolute paths in the root.
func paths(field func(*Options) *[]string) func(*Options, string) error {
	return func(o *Options, s string) error {
		if !strings.HasPrefix(s, "/") {
			return fmt.Errorf("%q is not an absolute path in the root", s)
		}
		*field(o) = append(*field(o), s)
		return nil
	}
}

func wantTerminal(want bool) func(*Options, string) error {
	return func(o *Options, _ string) error { o.Terminal = &want; return nil }
}

func setShare(o *Options, s string) error {
	for _, name := range strings.Split(s, ",") {
		k, err := ns.ParseKind(name)
		if err != nil {
			return err
		}
		o.Share = o.Share.With(k)
	}
	return nil
}

func setJoin(o *Options, s string) error {
	name, where, ok := strings.Cut(s, "=")
	if !ok || where == "" {
		return fmt.Errorf("--join takes KIND=PATH or KIND=PID, not %q", s)
	}
	k, err := ns.ParseKind(name)
	if err != nil {
		return err
	}
	j := sandbox.Namespace{Kind: k, Path: where}
	if pid, err := getopt.Uint(where, 1<<22); err == nil && pid > 0 {
		j = sandbox.Namespace{Kind: k, PID: int(pid)}
	}
	o.Join = append(o.Join, j)
	return nil
}

// setReview takes the name under which the changes are kept, if there is one.
func setReview(o *Options, s string) error {
	o.Review, o.ReviewName = true, s
	if s == "" {
		return nil
	}
	return review.CheckName(s)
}

func setDryRun(o *Options, s string) (err error) {
	o.DryRun, err = plan.ParseForm(s)
	return err
}

func setNoNewPrivs(o *Options, s string) error {
	switch s {
	case "", "yes", "true", "1":
		o.NewPrivs = false
	case "no", "false", "0":
		o.NewPrivs = true
	default:
		return fmt.Errorf("--no-new-privs takes yes or no, not %q", s)
	}
	return nil
}
