package compare

import (
	"fmt"
	"strings"

	"isle/internal/inspect"
	"isle/ns"
)

// processes compares which processes each sees: those of its PID namespace and
// of those below it.
func (p *pair) processes() []Row {
	if p.s == nil {
		return nil
	}
	a, b := p.visible(p.a), p.visible(p.b)
	rows := row("sees", count(a), count(b))
	rows = append(rows, row("process 1", p.first(p.a), p.first(p.b))...)
	if onlyA, onlyB := without(a, b), without(b, a); len(onlyA)+len(onlyB) > 0 {
		rows = append(rows, Row{"sees alone", sample(onlyA), sample(onlyB)})
	}
	return rows
}

func count(list []*ns.Process) string {
	if len(list) == 1 {
		return "1 process"
	}
	return fmt.Sprintf("%d processes", len(list))
}

// visible lists the processes whose PID namespace is the process's or below it.
func (p *pair) visible(of *inspect.Process) (list []*ns.Process) {
	seen := map[uint64]bool{}
	for _, other := range p.s.Processes {
		if other.Kernel || other.Zombie {
			continue
		}
		below, known := seen[other.NS[ns.PID]]
		if !known {
			below = p.isBelow(other.NS[ns.PID], of.NS[ns.PID])
			seen[other.NS[ns.PID]] = below
		}
		if below {
			list = append(list, other)
		}
	}
	return list
}

// deepest is how deep PID namespaces may be nested (pid_namespaces(7)).
const deepest = 33

func (p *pair) isBelow(inode, above uint64) bool {
	for range deepest {
		if inode == above {
			return inode != 0
		}
		n := p.s.Find(inode)
		if n == nil || n.Parent == 0 {
			return false
		}
		inode = n.Parent
	}
	return false
}

// first is the oldest process of a PID namespace, which is its init most often.
func (p *pair) first(of *inspect.Process) string {
	n := p.s.Find(of.NS[ns.PID])
	if n == nil {
		return ""
	}
	var oldest *ns.Process
	for _, pid := range n.Held.Processes {
		if q := p.s.Process(pid); q != nil && !q.Kernel && !q.Zombie && (oldest == nil || q.Start < oldest.Start) {
			oldest = q
		}
	}
	if oldest == nil {
		return ""
	}
	return oldest.Comm
}

// without are the processes of a that are not in b; both are by pid.
func without(a, b []*ns.Process) (rest []*ns.Process) {
	in := map[int]bool{}
	for _, p := range b {
		in[p.PID] = true
	}
	for _, p := range a {
		if !in[p.PID] {
			rest = append(rest, p)
		}
	}
	return rest
}

// few is how many processes are named.
const few = 3

func sample(list []*ns.Process) string {
	var names []string
	for n, p := range list {
		if n == few {
			names = append(names, fmt.Sprintf("and %d more", len(list)-few))
			break
		}
		names = append(names, fmt.Sprintf("%d %s", p.PID, p.Comm))
	}
	return strings.Join(names, ", ")
}
