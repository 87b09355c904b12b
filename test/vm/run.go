package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"isle/test/vm/boot"
	"isle/test/vm/boot/cache"
)

// run boots a guest for one command.
func run(arguments []string) int {
	g := boot.Guest{Work: filepath.Join(work(), "guest"), Dir: "/", Slot: rand.IntN(1 << 10)}
	flags := flag.NewFlagSet("vm run", flag.ContinueOnError)
	kernel := flags.String("k", cache.UML, "`kernel`: "+strings.Join(cache.KernelNames(), ", "))
	root := flags.String("r", cache.RootNames()[0], "`root` file system: "+strings.Join(cache.RootNames(), ", "))
	flags.StringVar(&g.User, "u", "root", "`user` that runs the command: root, "+cache.User)
	flags.BoolVar(&g.Systemd, "s", false, "systemd is process 1")
	flags.IntVar(&g.Memory, "m", 1024, "memory in `MiB`")
	flags.IntVar(&g.CPUs, "c", 1, "number of `processors`")
	flags.StringVar(&g.Options, "o", "", "`words` for the kernel's command line")
	flags.DurationVar(&g.Timeout, "t", 2*time.Minute, "`time` after which the guest is ended")
	console := flags.Bool("v", false, "show the kernel's messages at the end")
	flags.Func("w", "share `folder` at the same path, to read and write; the first is the working directory", share(&g, false))
	flags.Func("W", "share `folder` at the same path, to read", share(&g, true))
	if err := flags.Parse(arguments); err != nil {
		return statusUsage
	}
	if g.Command = flags.Args(); len(g.Command) == 0 {
		g.Command = []string{"sh", "-c", "id; uname -a"}
	}
	if len(g.Shares) > 0 {
		g.Dir = g.Shares[0].Guest
	}
	err := equip(&g, *kernel, *root)
	if err != nil {
		return complain(err)
	}
	status, err := g.Run(context.Background(), os.Stdout)
	if *console {
		fmt.Fprint(os.Stderr, g.Console())
	}
	switch {
	case errors.Is(err, boot.ErrNoStatus):
		say(err.Error())
		return statusNone
	case err != nil:
		return complain(err)
	}
	return status
}

// equip gives the guest a kernel and a root, by their names.
func equip(g *boot.Guest, kernel, root string) error {
	bed, err := open()
	if err != nil {
		return err
	}
	if g.Kernel, err = bed.Kernel(kernel); err != nil {
		return err
	}
	g.Root, err = bed.Root(root)
	return err
}

// share is an option that adds a folder.
func share(g *boot.Guest, readOnly bool) func(string) error {
	return func(folder string) error {
		path, err := filepath.Abs(folder)
		g.Shares = append(g.Shares, boot.Share{Host: path, Guest: path, ReadOnly: readOnly})
		return err
	}
}
