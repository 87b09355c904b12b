package atlas

import (
	"isle/internal/island"
	"isle/ns"
)

// Survey makes maps of this host, one after the other. It remembers what does
// not change from one to the next. It is for one goroutine.
type Survey struct {
	commands map[life]string
}

// life is a process, whose number may be given away again.
type life struct {
	pid   int
	start uint64
}

// Seen is what a map was made of: the scan, and its islands.
type Seen struct {
	Scan  *ns.Snapshot
	Chart *island.Chart
}

// Map scans the host and makes a map of it. What may not be seen is counted in
// it; the only error is that there is no /proc.
func (v *Survey) Map() (*Map, *Seen, error) {
	s, err := ns.Scan()
	if err != nil {
		return nil, nil, err
	}
	v.remember(s)
	chart := island.Group(s)
	m := &Map{
		Schema: Schema, Host: s.Host, Kernel: s.Kernel, Taken: s.Taken,
		Islands: chart.Islands, Hidden: len(chart.Hidden), Unread: s.Unread,
	}
	if m.Islands == nil {
		m.Islands = []*island.Island{}
	}
	m.Processes = processes(s, chart)
	m.Namespaces = namespaces(s, chart)
	m.Links = links(s)
	return m, &Seen{s, chart}, nil
}

// remember reads the command lines of processes that were not there before. One
// that executes another program keeps its old one, unless its name changes too.
func (v *Survey) remember(s *ns.Snapshot) {
	now := make(map[life]string, len(s.Processes))
	for _, p := range s.Processes {
		if p.Kernel || p.Zombie {
			continue
		}
		at := life{p.PID, p.Start}
		if before, ok := v.commands[at]; ok && hasName(before, p.Comm) {
			p.Command = before
		}
		now[at] = p.ReadCommand()
	}
	v.commands = now
}
