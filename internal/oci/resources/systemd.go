package resources

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/beside"
	"isle/internal/oci/resources/unit"
)

// grace is how much longer than its own deadline the helper may take.
const grace = 2 * time.Second

// ask has the helper ask systemd. The helper is a program of its own because a
// D-Bus library would make every start of isle slower.
func (g *Group) ask(verb string, r unit.Request) error {
	doing := verb + " the unit " + g.Unit.Name
	path := beside.Find(unit.Helper)
	if path == "" {
		return &Error{Doing: doing, Err: errors.New("the program " + unit.Helper + " is not there"), Hint: "it belongs beside isle or in ../libexec/isle; without it use the cgroupfs manager"}
	}
	r.Name, r.User = g.Unit.Name, g.Unit.User
	input, err := json.Marshal(r)
	if err != nil {
		return &Error{Doing: doing, Err: err}
	}
	ctx, cancel := context.WithTimeout(context.Background(), unit.Timeout+grace)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, verb)
	cmd.WaitDelay = grace
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &said
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(said.String()); text != "" {
			err = errors.New(text)
		}
		return &Error{Doing: doing, Err: err}
	}
	return nil
}

// start has systemd make the unit around a process, in which the limits that
// systemd knows count at once, and then sets all, and joins the hierarchies that
// systemd leaves alone.
func (g *Group) start(pid int) (err error) {
	r := g.pending.resources
	props, err := g.scope(r)
	if err != nil {
		return err
	}
	if err := g.ask(unit.Start, unit.Request{PIDs: []uint32{uint32(pid)}, Properties: props}); err != nil {
		return err
	}
	g.pending = nil
	var all []made
	defer func() {
		if err != nil {
			_ = g.ask(unit.Stop, unit.Request{})
			unmake(all)
		}
	}()
	if err := g.locate(pid); err != nil {
		return err
	}
	g.adopt(r)
	for i := range g.Trees {
		if err := g.Trees[i].make(r, true, &all); err != nil {
			return err
		}
	}
	if err := g.limit(r, make([]bool, len(g.Trees))); err != nil {
		return err
	}
	if len(g.Trees) == 1 && g.Trees[0].V2 {
		return nil // it is there already
	}
	return g.Join(pid)
}

// locate finds out where systemd has put the unit. A user's manager has its units
// below its own, wherever that is.
func (g *Group) locate(pid int) error {
	list, err := memberships(pid)
	if err != nil {
		return err
	}
	alone := g.Trees[0].V2
	for _, m := range list {
		if m.v2 != alone || !alone && m.controllers != "name=systemd" {
			continue
		}
		if !strings.HasSuffix(m.path, "/"+g.Unit.Name) {
			return fmt.Errorf("systemd made the unit %s, but process %d is in %.300q", g.Unit.Name, pid, m.path)
		}
		for i := range g.Trees {
			g.Trees[i].Path = m.path[1:]
		}
		return nil
	}
	return fmt.Errorf("process %d is in no cgroup of systemd", pid)
}

// stop has systemd forget the unit. It does so by itself once the cgroup is gone,
// whatever has become of the processes (CollectMode).
func (g *Group) stop() error {
	for i := range g.Trees {
		t := &g.Trees[i]
		if (t.V2 || t.has("name=systemd")) && t.open() == nil && unix.Faccessat(t.top, t.Path, unix.F_OK, 0) == unix.ENOENT {
			return nil
		}
	}
	return g.ask(unit.Stop, unit.Request{})
}

// attach has systemd move a process into the unit.
func (g *Group) attach(pid int) error {
	sub := "/"
	t := g.v2()
	if i := strings.LastIndex(t.Path, g.Unit.Name+"/"); i >= 0 {
		sub += t.Path[i+len(g.Unit.Name)+1:]
	}
	return g.ask(unit.Attach, unit.Request{PIDs: []uint32{uint32(pid)}, Sub: sub})
}
