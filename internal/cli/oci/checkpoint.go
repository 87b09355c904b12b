package oci

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"isle/internal/container"
	"isle/internal/container/checkpoint"
	"isle/internal/getopt"
)

// criuSwitch is an option of checkpoint, of restore or of both that is on or off.
type criuSwitch struct {
	option string
	verb   string // "" for both
	help   string
	field  func(o *checkpoint.Options) *bool
}

func criuSwitches() []criuSwitch {
	return []criuSwitch{
		{"leave-running", "checkpoint", "let the processes go on", func(o *checkpoint.Options) *bool { return &o.LeaveRunning }},
		{"pre-dump", "checkpoint", "write memory only, and let the processes go on", func(o *checkpoint.Options) *bool { return &o.PreDump }},
		{"link-remap", "checkpoint", "keep files that were removed but are open", func(o *checkpoint.Options) *bool { return &o.LinkRemap }},
		{"tcp-skip-in-flight", "checkpoint", "leave out TCP connections that are being made", func(o *checkpoint.Options) *bool { return &o.SkipInFlight }},
		{"tcp-established", "", "TCP connections too", func(o *checkpoint.Options) *bool { return &o.TCPEstablished }},
		{"tcp-close", "", "TCP connections, as closed ones", func(o *checkpoint.Options) *bool { return &o.TCPClose }},
		{"ext-unix-sk", "", "unix sockets too whose other end is outside", func(o *checkpoint.Options) *bool { return &o.ExtUnixSk }},
		{"shell-job", "", "a terminal too that is this command's own", func(o *checkpoint.Options) *bool { return &o.ShellJob }},
		{"file-locks", "", "locks of files too", func(o *checkpoint.Options) *bool { return &o.FileLocks }},
		{"auto-dedup", "", "make holes in memory of older checkpoints that this one has", func(o *checkpoint.Options) *bool { return &o.AutoDedup }},
		{"lazy-pages", "", "hand memory over when it is used", func(o *checkpoint.Options) *bool { return &o.LazyPages }},
	}
}

// criuOptions are those of both verbs, and the switches of one.
func criuOptions(verb string) []getopt.Option {
	list := []getopt.Option{
		{Long: "image-path", Arg: getopt.Required, ArgName: "DIR", Group: options, Help: "the checkpoint's files; by default the directory checkpoint"},
		{Long: "work-path", Arg: getopt.Required, ArgName: "DIR", Group: options, Help: "criu's log and statistics; by default with the files"},
		{Long: "manage-cgroups-mode", Arg: getopt.Required, ArgName: "MODE", Group: options, Help: "which cgroups of the processes to make again: soft (what is there stays as it is), full, strict or ignore"},
		{Long: "network-lock", Arg: getopt.Required, ArgName: "METHOD", Group: options, Help: "what keeps packets away meanwhile: iptables, nftables or skip"},
		{Long: "empty-ns", Arg: getopt.Required, ArgName: "KIND", Group: options, Help: "leave a namespace empty; KIND is network"},
	}
	for _, s := range criuSwitches() {
		if s.verb == "" || s.verb == verb {
			list = append(list, getopt.Option{Long: s.option, Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: s.help})
		}
	}
	return list
}

func checkpointVerb() *verb {
	return &verb{
		name: "checkpoint", operands: "ID", short: "Write the processes of a container to files (criu)", least: 1, most: 1,
		options: append(criuOptions("checkpoint"),
			getopt.Option{Long: "parent-path", Arg: getopt.Required, ArgName: "DIR", Group: options, Help: "an earlier --pre-dump, relative to --image-path"},
			getopt.Option{Long: "page-server", Arg: getopt.Required, ArgName: "HOST:PORT", Group: options, Help: "send memory to HOST; with --lazy-pages serve it there"},
			getopt.Option{Long: "status-fd", Arg: getopt.Required, ArgName: "N", Group: options, Help: "write a zero byte to descriptor N when --lazy-pages can begin"}),
		run: func(c *call) error {
			how, err := c.criu()
			if err != nil {
				return err
			}
			return c.store.Checkpoint(c.id(), how, &container.Options{Warn: c.warn})
		},
	}
}

func restoreVerb() *verb {
	return &verb{
		name: "restore", operands: "ID", short: "Make a container of a checkpoint", least: 1, most: 1,
		options: append(criuOptions("restore"),
			getopt.Option{Long: "bundle", Short: 'b', Arg: getopt.Required, ArgName: "DIR", Group: options, Help: "the bundle; by default the working directory"},
			getopt.Option{Long: "console-socket", Arg: getopt.Required, ArgName: "SOCKET", Group: options, Help: "send the outer end of the processes' terminal to SOCKET"},
			getopt.Option{Long: "pidfd-socket", Arg: getopt.Required, ArgName: "SOCKET", Group: options, Help: "send a pidfd of the first process to SOCKET"},
			getopt.Option{Long: "pid-file", Arg: getopt.Required, ArgName: "FILE", Group: options, Help: "write the first process's pid to FILE"},
			getopt.Option{Long: "detach", Short: 'd', Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "do not wait for its end"},
			getopt.Option{Long: "keep", Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "keep the container's state when its process has ended"},
			getopt.Option{Long: "lsm-profile", Arg: getopt.Required, ArgName: "TYPE:NAME", Group: options, Help: "another profile of AppArmor or label of SELinux"},
			getopt.Option{Long: "lsm-mount-context", Arg: getopt.Required, ArgName: "CONTEXT", Group: options, Help: "another SELinux context of mounts"},
			getopt.Option{Long: "no-pivot", Arg: getopt.Optional, ArgName: "BOOL"},
			getopt.Option{Long: "no-subreaper", Arg: getopt.Optional, ArgName: "BOOL"}),
		run: func(c *call) error {
			o, err := c.options()
			if err != nil {
				return err
			}
			how, err := c.criu()
			if err != nil {
				return err
			}
			return c.attend(o, func() (*container.Session, error) { return c.store.Restore(c.id(), how, o) })
		},
	}
}

// criu is what the command line says of a checkpoint or a restore.
func (c *call) criu() (o *checkpoint.Options, err error) {
	o = &checkpoint.Options{Program: c.criuProgram, Images: c.text("image-path"), Work: c.text("work-path"), Parent: c.text("parent-path"),
		StatusFD: -1, LSMProfile: c.text("lsm-profile"), LSMMountContext: c.text("lsm-mount-context")}
	if o.Images == "" {
		o.Images = "checkpoint"
	}
	if o.Images, err = filepath.Abs(o.Images); err != nil {
		return nil, err
	}
	for _, s := range criuSwitches() {
		*s.field(o) = c.on(s.option)
	}
	for _, part := range []func(*checkpoint.Options) error{c.criuModes, c.criuParent, c.criuPages} {
		if err := part(o); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (c *call) criuModes(o *checkpoint.Options) error {
	var ok bool
	if o.Cgroups, ok = checkpoint.ParseCgroupMode(c.text("manage-cgroups-mode")); !ok {
		return fmt.Errorf("--manage-cgroups-mode: %q is not soft, full, strict or ignore", c.text("manage-cgroups-mode"))
	}
	if o.NetworkLock = slices.Index(checkpoint.NetworkLocks[:], c.text("network-lock")); o.NetworkLock < 0 {
		return fmt.Errorf("--network-lock: %q is not iptables, nftables or skip", c.text("network-lock"))
	}
	for _, kind := range c.values("empty-ns") {
		if kind != "network" {
			return fmt.Errorf("--empty-ns: %q is not network, which criu can leave empty", kind)
		}
		o.EmptyNet = true
	}
	return nil
}

// criuParent makes sure that an earlier checkpoint is where criu will look.
func (c *call) criuParent(o *checkpoint.Options) error {
	if o.Parent == "" {
		return nil
	}
	if filepath.IsAbs(o.Parent) {
		return fmt.Errorf("--parent-path: %s is absolute, and criu wants a path from --image-path on", o.Parent)
	}
	if _, err := os.Stat(filepath.Join(o.Images, o.Parent)); err != nil {
		return fmt.Errorf("--parent-path: %w", err)
	}
	return nil
}

// criuPages reads where memory goes, and who is told that it can be fetched.
func (c *call) criuPages(o *checkpoint.Options) (err error) {
	if text, given := c.value("page-server"); given {
		if o.PageServer, err = checkpoint.ParseAddress(text); err != nil {
			return fmt.Errorf("--page-server: %w", err)
		}
	}
	text, given := c.value("status-fd")
	if !given || text == "-1" {
		return nil
	}
	n, err := getopt.Uint(text, 1<<20)
	if err != nil {
		return fmt.Errorf("--status-fd: %q is no descriptor", text)
	}
	if _, err := unix.FcntlInt(uintptr(n), unix.F_GETFD, 0); err != nil {
		return fmt.Errorf("--status-fd %d: %w", n, err)
	}
	o.StatusFD = int(n)
	return nil
}
