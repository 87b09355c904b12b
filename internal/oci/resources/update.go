package resources

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// Update changes the limits of a group with processes. What the resources do not
// mention stays as it is, the rules for devices too. If a limit is refused, those
// set before it are set back.
func (g *Group) Update(r *specs.LinuxResources) error {
	if r == nil {
		return nil
	}
	if err := check(r); err != nil {
		return err
	}
	if err := g.checkUsage(r); err != nil {
		return err
	}
	all, err := g.prepare(&r)
	if err != nil {
		return err
	}
	if g.Unit != nil {
		if err := g.setUnit(r); err != nil {
			return err
		}
	}
	var undos []undo
	for i := range all {
		if err := all[i].apply(false, &undos); err != nil {
			restore(undos)
			return err
		}
	}
	if r.Devices != nil {
		return g.setDevices(r, true)
	}
	return nil
}

// restore writes back what was there, twice, for one value may hold up another.
func restore(undos []undo) {
	for range 2 {
		for _, u := range slices.Backward(undos) {
			_ = u.tree.write(u.file, u.value)
		}
	}
}

// complete fills in what version 2 needs beside what is asked for, because it has
// two numbers in one file or another meaning of one.
func (g *Group) complete(r *specs.LinuxResources) (*specs.LinuxResources, error) {
	copied := *r
	if c := r.CPU; c != nil && value(c.Quota) == 0 && number(c.Period) != "" && isV2(g.tree("cpu")) {
		cpu := *c
		quota, err := g.v2().numberIn("cpu.max", -1)
		if err != nil {
			return nil, err
		}
		cpu.Quota = &quota
		copied.CPU = &cpu
	}
	if m := r.Memory; m != nil && value(m.Swap) > 0 && value(m.Limit) == 0 && isV2(g.tree("memory")) {
		memory := *m
		limit, err := g.v2().numberIn("memory.max", -1)
		if err != nil {
			return nil, err
		}
		if limit < 0 || limit > *m.Swap {
			return nil, &Error{
				Doing: "set linux.resources.memory.swap to " + strconv.FormatInt(*m.Swap, 10),
				Err:   fmt.Errorf("it is memory and swap together, and memory.max of %s is not below it", g.v2().Dir()),
				Hint:  "set memory.limit too",
			}
		}
		memory.Limit = &limit
		copied.Memory = &memory
	}
	return &copied, nil
}

func isV2(t *Tree) bool { return t != nil && t.V2 }

// numberIn reads the first word of a file, and "max" as what it is given for.
func (t *Tree) numberIn(file string, most int64) (int64, error) {
	text, err := t.read(file)
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	if err == nil && word == "max" {
		return most, nil
	}
	n := int64(0)
	if err == nil {
		n, err = strconv.ParseInt(word, 10, 64)
	}
	if err != nil {
		return 0, &Error{Doing: "read " + file + " of " + t.Dir(), Err: err}
	}
	return n, nil
}

// checkUsage refuses a limit below what is used, if that is asked for. Version 1
// does so by itself, version 2 would kill.
func (g *Group) checkUsage(r *specs.LinuxResources) error {
	m, t := r.Memory, g.tree("memory")
	if m == nil || m.CheckBeforeUpdate == nil || !*m.CheckBeforeUpdate || !isV2(t) {
		return nil
	}
	used, err := t.numberIn("memory.current", 0)
	if err != nil {
		return nil // a group without the controller has no limit to be below
	}
	for _, l := range [...]struct {
		field string
		limit *int64
	}{{"memory.limit", m.Limit}, {"memory.swap", m.Swap}} {
		if n := value(l.limit); n > 0 && n <= used {
			return &Error{
				Doing: "set linux.resources." + l.field + " to " + strconv.FormatInt(n, 10),
				Err:   errors.New("the container uses " + strconv.FormatInt(used, 10) + " bytes"),
				Hint:  "memory.checkBeforeUpdate is set; without it processes would be killed",
			}
		}
	}
	return nil
}
