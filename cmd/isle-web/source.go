package main

import (
	"context"
	"fmt"
	"sync"

	"isle/internal/atlas"
	"isle/internal/audit"
	"isle/internal/compare"
	"isle/internal/inspect"
	"isle/internal/island"
	"isle/internal/username"
	"isle/internal/web"
)

// host is this host as the server wants to see it.
type host struct {
	survey atlas.Survey
	mutex  sync.Mutex
	seen   *atlas.Seen // by the newest map
}

func source() web.Source {
	h := &host{}
	return web.Source{Map: h.newest, Detail: h.detail}
}

func (h *host) newest(context.Context) (*atlas.Map, error) {
	m, seen, err := h.survey.Map()
	if err != nil {
		return nil, err
	}
	h.mutex.Lock()
	h.seen = seen
	h.mutex.Unlock()
	return m, nil
}

// detail looks closely at an island of the newest map.
func (h *host) detail(_ context.Context, id string) (*web.Detail, error) {
	h.mutex.Lock()
	seen := h.seen
	h.mutex.Unlock()
	if seen == nil {
		return nil, fmt.Errorf("the host has not been looked at yet")
	}
	i := seen.Chart.Find(id)
	if i == nil {
		return nil, fmt.Errorf("the island is gone")
	}
	d := &web.Detail{Processes: processes(seen, i)}
	p, err := inspect.Look(i.Top)
	if err != nil {
		return nil, err
	}
	if i.Sort != island.Host {
		if d.Difference, err = difference(seen, p); err != nil {
			return nil, err
		}
	}
	d.Audit, err = examine(i.Top)
	return d, err
}

func processes(seen *atlas.Seen, i *island.Island) (list []web.Process) {
	names := username.Names{}
	for _, pid := range i.Processes {
		if p := seen.Scan.Process(pid); p != nil {
			list = append(list, web.Process{PID: pid, User: names.Of(p.UID), Command: p.ReadCommand()})
		}
	}
	return list
}

// difference compares a process with the host.
func difference(seen *atlas.Seen, p *inspect.Process) ([]web.Section, error) {
	pid, err := seen.Chart.Lookup("host")
	if err != nil {
		return nil, err
	}
	other, err := inspect.Look(pid)
	if err != nil {
		return nil, err
	}
	var list []web.Section
	for _, s := range compare.Compare(p, other, seen.Scan).Sections {
		section := web.Section{Title: s.Title, Namespace: s.Namespace, Shared: s.Shared, Hidden: s.Hidden}
		for _, r := range s.Rows {
			section.Rows = append(section.Rows, web.Row{Name: r.What, Here: r.A, There: r.B})
		}
		list = append(list, section)
	}
	return list, nil
}

// examine audits a process, without stopping it: whoever looks at a map expects
// that nothing happens.
func examine(pid int) (*web.Audit, error) {
	r, err := audit.Look(pid, audit.Options{NoStop: true})
	if err != nil {
		return nil, err
	}
	a := &web.Audit{Score: r.Score, Grade: r.Grade, Judged: r.Judged}
	for _, l := range []struct {
		from []audit.Finding
		to   *[]web.Finding
	}{{r.Findings, &a.Findings}, {r.Passed, &a.Passed}, {r.Unknown, &a.Unknown}} {
		for _, f := range l.from {
			*l.to = append(*l.to, web.Finding{ID: f.ID, Title: f.Title, Evidence: f.Evidence, Why: f.Why, Remedy: remedy(f), Weight: f.Points})
		}
	}
	return a, nil
}

func remedy(f audit.Finding) string {
	switch {
	case f.Isle != "" && f.Engine != "":
		return f.Isle + "; with docker or podman: " + f.Engine
	case f.Isle != "":
		return f.Isle
	}
	return f.Engine
}
