package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"isle/internal/caps"
	"isle/internal/cgroup"
	"isle/internal/inspect"
)

// credentials compares users and groups.
func (p *pair) credentials() (rows []Row) {
	a, b := &p.a.Credentials, &p.b.Credentials
	rows = append(rows, row("user", four(a.UIDs), four(b.UIDs))...)
	rows = append(rows, row("group", four(a.GIDs), four(b.GIDs))...)
	return append(rows, row("groups", numbers(a.Groups), numbers(b.Groups))...)
}

// four shows the real, effective, saved and file system id, or the one that all
// are.
func four(ids [4]uint32) string {
	if ids[0] == ids[1] && ids[1] == ids[2] && ids[2] == ids[3] {
		return strconv.FormatUint(uint64(ids[0]), 10)
	}
	return fmt.Sprintf("%d, effective %d, saved %d, for files %d", ids[0], ids[1], ids[2], ids[3])
}

func numbers(ids []uint32) string {
	if len(ids) == 0 {
		return "none"
	}
	var words []string
	for _, id := range slices.Sorted(slices.Values(ids)) {
		words = append(words, strconv.FormatUint(uint64(id), 10))
	}
	return strings.Join(words, " ")
}

// capabilities compares the sets by what only one has.
func (p *pair) capabilities() (rows []Row) {
	a, b := &p.a.Credentials, &p.b.Credentials
	for _, set := range [...]struct {
		name string
		a, b caps.Set
	}{
		{"effective", a.Effective, b.Effective}, {"permitted", a.Permitted, b.Permitted}, {"inheritable", a.Inheritable, b.Inheritable},
		{"ambient", a.Ambient, b.Ambient}, {"bounding", a.Bounding, b.Bounding},
	} {
		if set.a != set.b {
			rows = append(rows, Row{set.name, beyond(set.a, set.b), beyond(set.b, set.a)})
		}
	}
	return rows
}

// beyond names the capabilities that the other has not.
func beyond(set, other caps.Set) string {
	only := set.Without(other)
	switch only {
	case 0:
		return ""
	case caps.UpTo(caps.Last()):
		return "all"
	}
	return strings.ToLower(strings.ReplaceAll(strings.Join(only.Names(), " "), "CAP_", ""))
}

// confinement compares what else holds them back.
func (p *pair) confinement() (rows []Row) {
	a, b := &p.a.Credentials, &p.b.Credentials
	rows = append(rows, row("no_new_privs", yes(a.NoNewPrivs), yes(b.NoNewPrivs))...)
	rows = append(rows, row("seccomp", seccomp(a), seccomp(b))...)
	rows = append(rows, row("security label", a.Label, b.Label)...)
	if p.a.Root == "" || p.b.Root == "" {
		return rows // it could not be read
	}
	return append(rows, row("root directory", p.a.Root, p.b.Root)...)
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func seccomp(c *inspect.Credentials) string {
	switch {
	case c.Seccomp == 1:
		return "strict"
	case c.Seccomp == 2 && c.Filters == 1:
		return "1 filter"
	case c.Seccomp == 2:
		return fmt.Sprintf("%d filters", c.Filters)
	}
	return "none"
}

// memberships compares the cgroups and what they limit.
func (p *pair) memberships() (rows []Row) {
	rows = differ("", paths(p.a.Cgroups), paths(p.b.Cgroups))
	return append(rows, differ("limit on", resources(p.a.Resources), resources(p.b.Resources))...)
}

func paths(list []inspect.Cgroup) (entries []entry) {
	for _, c := range list {
		name := strings.Join(c.Controllers, ",")
		if c.V2 {
			name = "unified"
		}
		entries = append(entries, entry{name, c.Path})
	}
	return entries
}

func resources(list []cgroup.Limit) (entries []entry) {
	for _, l := range list {
		value := "none"
		if l.Value != nil {
			value = l.String()
		} else if !l.Known {
			value = "not known"
		}
		entries = append(entries, entry{l.Name, value})
	}
	return entries
}

// limits compares the resource limits.
func (p *pair) limits() []Row { return differ("", rlimits(p.a.Limits), rlimits(p.b.Limits)) }

func rlimits(list []inspect.Limit) (entries []entry) {
	for _, l := range list {
		value := l.Soft
		if l.Hard != l.Soft {
			value += ", at most " + l.Hard
		}
		entries = append(entries, entry{strings.ToLower(l.Name), value})
	}
	return entries
}

// files finds the open files that both share: what isolation has not parted.
func (p *pair) files() (rows []Row) {
	if p.a.PID == p.b.PID {
		return nil
	}
	shared, err := inspect.SharedDescriptors(p.a, p.b)
	if err != nil {
		p.unread = append(p.unread, inspect.Unread{What: "shared files", Why: err.Error()})
	}
	for _, s := range shared {
		rows = append(rows, Row{"shared " + s.Target, "descriptor " + strconv.Itoa(s.A), "descriptor " + strconv.Itoa(s.B)})
	}
	return rows
}
