package ns

import (
	"cmp"
	"slices"
)

// found are the namespaces of a scan by inode number. nsfs gives each number to
// one namespace of any kind at a time.
type found struct {
	lean    bool
	kinds   Set // of which processes' namespaces are looked at
	sockets sockets
	all     map[uint64]*Namespace
}

func newFound() *found {
	return &found{sockets: sockets{seen: map[uint64]bool{}}, all: map[uint64]*Namespace{}}
}

// get returns the namespace of an inode number, a new one if there is none yet.
func (f *found) get(inode uint64, kind Kind) *Namespace {
	n := f.all[inode]
	if n == nil {
		n = &Namespace{Inode: inode, Kind: kind}
		f.all[inode] = n
	}
	return n
}

// merge puts together what the collectors found.
func (f *found) merge(processes []*Process, collectors []*collector) {
	var last [len(kinds)]*Namespace // most processes are where the one before is
	for _, p := range processes {
		for k, inode := range p.NS {
			if inode == 0 {
				continue
			}
			if last[k] == nil || last[k].Inode != inode {
				last[k] = f.get(inode, Kind(k))
			}
			last[k].Held.Processes = append(last[k].Held.Processes, p.PID)
		}
	}
	for _, c := range collectors {
		for _, h := range c.held {
			f.get(h.inode, h.kind).Held.add(h)
		}
	}
	for _, n := range f.all {
		n.Held.sort()
	}
}

// leads fills in what a lean scan leaves out, of the first process in each
// namespace.
func (f *found) leads(s *Snapshot) {
	proc, err := openProcfs(32 << 10)
	if err != nil {
		return
	}
	defer proc.close()
	for _, n := range f.all {
		first := 0
		switch {
		case len(n.Held.Processes) > 0:
			first = n.Held.Processes[0]
		case len(n.Held.Tasks) > 0:
			first = n.Held.Tasks[0].PID
		}
		if p := s.Process(first); p != nil && p.Start == 0 {
			proc.stat(p)
			proc.owner(p)
		}
	}
}

func (h *Holders) add(by hold) {
	switch by.by {
	case byTask:
		h.Tasks = append(h.Tasks, Task{by.pid, by.num})
	case byChildren:
		h.ForChildren = append(h.ForChildren, by.pid)
	case byFile:
		h.Files = append(h.Files, Descriptor{by.pid, by.num})
	case bySocket:
		h.Sockets = append(h.Sockets, Descriptor{by.pid, by.num})
	}
}

func (h *Holders) sort() {
	slices.Sort(h.ForChildren)
	slices.SortFunc(h.Tasks, func(a, b Task) int { return cmp.Or(a.PID-b.PID, a.TID-b.TID) })
	for _, list := range [][]Descriptor{h.Files, h.Sockets} {
		slices.SortFunc(list, func(a, b Descriptor) int { return cmp.Or(a.PID-b.PID, a.FD-b.FD) })
	}
}

func (f *found) sorted() []*Namespace {
	list := make([]*Namespace, 0, len(f.all))
	for _, n := range f.all {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b *Namespace) int { return cmp.Compare(a.Inode, b.Inode) })
	return list
}
