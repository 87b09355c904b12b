package compare

import (
	"isle/internal/inspect"
	"isle/ns"
)

// Schema is the version of a comparison's JSON.
const Schema = 1

// Comparison is how process A differs from process B.
type Comparison struct {
	Schema   int       `json:"schema"`
	A        Side      `json:"a"`
	B        Side      `json:"b"`
	Same     bool      `json:"same"` // nothing differs that could be read
	Sections []Section `json:"sections"`
}

// Side is one of the two.
type Side struct {
	PID     int              `json:"pid"`
	Command string           `json:"command"`
	Unread  []inspect.Unread `json:"unread,omitempty"`
}

// Section is what differs in one respect.
type Section struct {
	// Title is the name of a kind of namespace, or "credentials" and the like.
	Title string `json:"title"`
	// Namespace says that it is of a kind of namespace, whose inode numbers are A
	// and B, 0 where they could not be read.
	Namespace bool   `json:"namespace"`
	A         uint64 `json:"a,omitempty"`
	B         uint64 `json:"b,omitempty"`
	Shared    bool   `json:"shared"` // the namespace is; else, nothing differs
	Hidden    bool   `json:"hidden"` // it could not be read of one of the two
	Rows      []Row  `json:"rows"`
}

// Row is one difference.
type Row struct {
	What string `json:"what"` // "address of eth0"
	A    string `json:"a"`    // empty if only the other has it
	B    string `json:"b"`
}

// pair are the two processes, with the scan in which they are.
type pair struct {
	a, b   *inspect.Process
	s      *ns.Snapshot
	unread []inspect.Unread // of both
}

// inside finds what differs inside of two namespaces of a kind.
var inside = [len(ns.Kinds)]func(*pair) []Row{
	ns.User: (*pair).users, ns.Cgroup: (*pair).cgroups, ns.IPC: (*pair).ipc, ns.UTS: (*pair).names,
	ns.Net: (*pair).network, ns.PID: (*pair).processes, ns.Mount: (*pair).mounts, ns.Time: (*pair).clocks,
}

// beside are the respects that are of no namespace.
var beside = [...]struct {
	title string
	look  string // what package inspect calls it
	rows  func(*pair) []Row
}{
	{"credentials", "credentials", (*pair).credentials},
	{"capabilities", "credentials", (*pair).capabilities},
	{"confinement", "credentials", (*pair).confinement},
	{"cgroups", "cgroups", (*pair).memberships},
	{"limits", "limits", (*pair).limits},
	{"files", "descriptors", (*pair).files},
}

// Compare compares two processes that were just looked at. The snapshot, which
// may be nil, says which processes each sees.
func Compare(a, b *inspect.Process, s *ns.Snapshot) *Comparison {
	p := &pair{a: a, b: b, s: s}
	c := &Comparison{Schema: Schema, A: side(a), B: side(b), Same: true}
	for _, k := range ns.Kinds {
		section := Section{Title: k.String(), Namespace: true, A: a.NS[k], B: b.NS[k], Rows: []Row{}}
		section.Shared = section.A == section.B && section.A != 0
		section.Hidden = section.A == 0 || section.B == 0
		if section.Hidden {
			c.Same = false
		} else if !section.Shared {
			section.Rows = append(section.Rows, inside[k](p)...)
			c.Same = false
		}
		c.Sections = append(c.Sections, section)
	}
	for _, r := range beside {
		section := Section{Title: r.title, Rows: []Row{}, Hidden: a.Missed(r.look) || b.Missed(r.look)}
		if !section.Hidden {
			section.Rows = append(section.Rows, r.rows(p)...)
		}
		section.Shared = len(section.Rows) == 0 && !section.Hidden
		c.Same = c.Same && section.Shared
		c.Sections = append(c.Sections, section)
	}
	c.A.Unread = append(c.A.Unread, p.unread...)
	return c
}

func side(p *inspect.Process) Side { return Side{p.PID, p.Command, p.Unread} }
