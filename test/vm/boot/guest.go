package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"isle/test/vm/boot/cache"
	"isle/test/vm/boot/inside"
)

// ErrNoStatus says that the guest ended, or was ended, before its command had an
// exit status.
var ErrNoStatus = errors.New("no exit status came back")

// A Guest is what to boot, and for what.
type Guest struct {
	Kernel  cache.Kernel
	Root    string        // ext4 image of the root file system; what the guest writes is thrown away
	Disks   []Disk        // ext4 images that it reads, much faster than shared folders
	Work    string        // a folder on a tmpfs for files of this guest; it is made
	Memory  int           // MiB
	CPUs    int           // User-mode Linux has one
	Options string        // more words for the kernel's command line
	Slot    int           // guests of different slots keep out of each other's way
	Timeout time.Duration // the guest is killed after it
	Shares  []Share
	User    string   // runs the command
	Systemd bool     // process 1 is systemd
	Dir     string   // working directory of the command, in the guest
	Env     []string // of the command, beside PATH, HOME and the like
	Command []string
}

// A Disk is an ext4 image and where the guest sees it.
type Disk struct{ Image, Guest string }

// A Share is a folder of the host's that the guest sees.
type Share struct {
	Host, Guest string
	ReadOnly    bool
}

// Exchange is the folder on the host that the guest sees as [inside.Exchange].
func (g *Guest) Exchange() string { return filepath.Join(g.Work, "exchange") }

// Run boots the guest, copies the output of its command to out while it runs, and
// returns its exit status. A context that is done ends the guest.
func (g *Guest) Run(ctx context.Context, out io.Writer) (int, error) {
	if err := os.MkdirAll(g.Exchange(), 0o777); err != nil {
		return 0, err
	}
	if err := os.Chmod(g.Exchange(), 0o777); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	g.Disks = append([]Disk{{g.Kernel.Modules, "/usr/lib/modules/" + g.Kernel.Release}}, g.Disks...)
	g.Shares = append([]Share{{Host: g.Exchange(), Guest: inside.Exchange}}, g.Shares...)
	boot := g.qemu
	if g.Kernel.Root != "" {
		boot = g.uml
	}
	guest, err := boot(ctx)
	if err != nil {
		return 0, err
	}
	followed := follow(filepath.Join(g.Exchange(), inside.Output), out)
	err = g.wait(guest)
	followed()
	if status, read := g.status(); read == nil {
		return status, nil
	}
	return 0, fmt.Errorf("%w (%s); the kernel's last lines:\n%s", ErrNoStatus, cause(ctx, err), g.lastLines())
}

// wait starts the guest and waits for its end, with its console in a file.
func (g *Guest) wait(guest *exec.Cmd) error {
	console, err := os.Create(g.console())
	if err != nil {
		return err
	}
	defer console.Close()
	// Pipes, since User-mode Linux polls its console.
	guest.WaitDelay = time.Second
	guest.Stdout = struct{ io.Writer }{console}
	guest.Stderr = guest.Stdout
	if _, err := guest.StdinPipe(); err != nil {
		return err
	}
	if g.Kernel.Root != "" {
		err = startSettled(guest, g.Slot)
	} else {
		err = guest.Start()
	}
	if err != nil {
		return err
	}
	return guest.Wait()
}

// status reads what the job left.
func (g *Guest) status() (int, error) {
	text, err := os.ReadFile(filepath.Join(g.Exchange(), inside.Status))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(text))
}

// job is the initramfs for the guest. The kernel names its disks by device and a
// letter; its shares have the names that source gives them.
func (g *Guest) job(device, kind string, source func(int, Share) string) ([]byte, error) {
	job := inside.Job{Root: device + "a", Type: kind, User: g.User, Systemd: g.Systemd, Dir: g.Dir, Env: g.Env, Command: g.Command}
	for i, d := range g.Disks {
		job.Disks = append(job.Disks, inside.Disk{Device: device + string(rune('b'+i)), Path: d.Guest})
	}
	for i, s := range g.Shares {
		job.Shares = append(job.Shares, inside.Share{Source: source(i, s), Path: s.Guest, ReadOnly: s.ReadOnly})
	}
	data, err := json.Marshal(job)
	if err != nil {
		return nil, err
	}
	return initramfs(g.Kernel.Early, data)
}

// options are the kernel's command line.
func (g *Guest) options(words string) []string {
	if g.CPUs > 1 {
		words += " " + g.Kernel.Several
	}
	return strings.Fields(words + " quiet panic=-1 " + g.Options)
}

// Console returns what the kernel has said.
func (g *Guest) Console() string {
	text, _ := os.ReadFile(g.console())
	return strings.ReplaceAll(string(text), "\r", "")
}

func (g *Guest) console() string { return filepath.Join(g.Work, "console") }

// lastLines are those of the console, indented.
func (g *Guest) lastLines() string {
	lines := strings.Split(strings.TrimSpace(g.Console()), "\n")
	return "\t" + strings.Join(lines[max(0, len(lines)-50):], "\n\t")
}

// cause tells why a guest ended.
func cause(ctx context.Context, err error) string {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "its time was up"
	case ctx.Err() != nil:
		return "it was interrupted"
	case err != nil:
		return err.Error()
	}
	return "it powered off"
}
