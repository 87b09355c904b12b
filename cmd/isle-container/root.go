package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/idmap"
	"isle/internal/plan"
	"isle/ns"
	"isle/sandbox"
)

// inRoot is the first word of the process that is where a container's files are.
// The second is the root: a path, or "3" if it is that descriptor.
const inRoot = "@root"

// place is a container whose files are looked at.
type place struct {
	*engine.Container
	root int // of one that runs, or of a folder; else -1
	lock bool
}

// enter opens a container's root if it runs. One that does not run is kept from
// being started until close.
func enter(box *engine.Container) (*place, error) {
	p := &place{Container: box, root: -1}
	if err := box.Lock(); err != nil {
		return nil, err
	}
	path := box.Request.Image.RootFS
	if box.Up() {
		path = fmt.Sprintf("/proc/%d/root", box.State.PID)
	}
	if path == "" {
		p.lock = true
		return p, nil
	}
	defer box.Unlock()
	fd, err := unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err == nil && box.State.PID != 0 && !box.Up() { // it is somebody else's by now
		unix.Close(fd)
		err = unix.ESRCH
	}
	if err != nil {
		return nil, fmt.Errorf("open the root of container %s: %w", box.Request.Name, err)
	}
	p.root = fd
	return p, nil
}

func (p *place) close() {
	if p.lock {
		p.Unlock()
	}
	if p.root >= 0 {
		unix.Close(p.root)
	}
}

// run executes this program where the files are, with these words and streams.
func (p *place) run(ctx context.Context, in, out *os.File, words ...string) error {
	l, err := p.plan()
	if err != nil {
		return err
	}
	root, files := p.Path("rootfs"), []int{int(in.Fd()), int(out.Fd()), 2}
	if p.root >= 0 {
		root, files = "3", append(files, p.root)
	}
	l.Add(&plan.Files{From: files}, &plan.Handover{Keep: len(files) - 3},
		&plan.Exec{Program: "/proc/self/exe", Args: append([]string{"isle-container", inRoot, root}, words...), Env: os.Environ()})
	cmd := sandbox.Planned(l)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("go where the files of container %s are: %w", p.Request.Name, err)
	}
	defer context.AfterFunc(ctx, func() { cmd.Process.Signal(unix.SIGTERM) })()
	err = cmd.Wait()
	if ended := (*sandbox.ExitError)(nil); errors.As(err, &ended) {
		return errSaid
	}
	return err
}

// errSaid: the other process has said what went wrong.
var errSaid = verb.Status(failed)

// plan leads to where the files are.
func (p *place) plan() (*plan.Plan, error) {
	l := &plan.Plan{}
	zero := uint32(0)
	root := &plan.Identity{UID: &zero, GID: &zero, DropGroups: true, TolerateGroups: true}
	if p.root >= 0 {
		theirs := "/proc/" + strconv.Itoa(p.State.PID) + "/ns/user"
		if p.Up() && !sameUsers(theirs) {
			l.Add(&plan.JoinFiles{Sources: []plan.Source{{Kind: ns.User, Path: theirs, Socket: -1}}}, root)
		}
		return l, nil
	}
	made, _, err := p.Layered()
	if err != nil {
		return nil, err
	}
	dir := p.Path("rootfs")
	layers := &plan.Layers{Root: &plan.Root{Dir: dir, Seen: dir}, Lowers: made.Lowers, Upper: made.Upper, Work: made.Work}
	kinds := ns.SetOf(ns.Mount)
	if os.Geteuid() != 0 {
		kinds, layers.UserXattr = kinds.With(ns.User), true
	}
	l.Add(&plan.Create{Kinds: kinds})
	if kinds.Has(ns.User) {
		maps, err := idmap.Rootless(idmap.Local())
		if err != nil {
			return nil, fmt.Errorf("subordinate ids: %w", err)
		}
		step, err := sandbox.MapStep(idmap.Local(), maps.Users, maps.Groups)
		if err != nil {
			return nil, err
		}
		root.DropGroups = maps.Missing == ""
		l.Add(step, &plan.OpenLayers{Layers: layers}, root)
	}
	l.Add(&plan.Propagation{Mode: "private", Target: "/"}, layers)
	return l, nil
}

func sameUsers(theirs string) bool {
	var a, b unix.Stat_t
	return unix.Stat(theirs, &a) == nil && unix.Stat("/proc/self/ns/user", &b) == nil && a.Ino == b.Ino && a.Dev == b.Dev
}
