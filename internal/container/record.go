package container

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"isle/internal/oci/resources"
)

// record is what is kept of a container in its directory, besides the bundle's
// configuration as it was when the container was made.
type record struct {
	ID       string
	Bundle   string
	Rootfs   string
	Created  time.Time
	Owner    int    // user id
	PID      int    // 0 until the process is there
	Start    uint64 // when the process started, in clock ticks since boot; tells it from a later one of its pid
	IntelRdt string // the directory that was made for it
	Cgroup   *resources.Group
}

// A record is kept as lines, each a word and strings as Go quotes them, and not
// as JSON: every verb reads or writes one, and the first use of encoding/json in
// a process takes as long as all the rest of some verbs.

func (r *record) encode() []byte {
	var l lines
	l.add("id", r.ID)
	l.add("bundle", r.Bundle)
	l.add("rootfs", r.Rootfs)
	l.add("created", r.Created.Format(time.RFC3339Nano))
	l.add("owner", strconv.Itoa(r.Owner))
	l.add("process", strconv.Itoa(r.PID), strconv.FormatUint(r.Start, 10))
	if r.IntelRdt != "" {
		l.add("intelRdt", r.IntelRdt)
	}
	if r.Cgroup != nil {
		l.group(r.Cgroup)
	}
	l.add("end")
	return l
}

type lines []byte

func (l *lines) add(word string, values ...string) {
	*l = append(*l, word...)
	for _, v := range values {
		*l = strconv.AppendQuote(append(*l, ' '), v)
	}
	*l = append(*l, '\n')
}

func (l *lines) group(g *resources.Group) {
	l.add("cgroup", strconv.FormatBool(g.Rootless))
	for i := range g.Trees {
		t := &g.Trees[i]
		l.add("tree", strconv.FormatBool(t.V2), t.Controllers, t.Mount, t.Path)
	}
	if u := g.Unit; u != nil {
		l.add("unit", u.Name, u.Slice, strconv.FormatBool(u.User))
		for _, p := range u.Props {
			l.add("property", p.Name, p.Text)
		}
	}
}

var errRecord = errors.New("no record of a container")

// decodeRecord reads what encode has written. Words that it does not know are
// those of a later version.
func decodeRecord(text string) (record, error) {
	r, whole := record{}, false
	for line := range strings.Lines(text) {
		word, f, ok := cutLine(line)
		if !ok || whole {
			return r, errRecord
		}
		r.set(word, &f)
		if whole = word == "end"; f.bad {
			return r, errRecord
		}
	}
	if !whole {
		return r, errRecord
	}
	return r, nil
}

func (r *record) set(word string, f *fields) {
	switch word {
	case "id":
		r.ID = f.text()
	case "bundle":
		r.Bundle = f.text()
	case "rootfs":
		r.Rootfs = f.text()
	case "created":
		r.Created = f.time()
	case "owner":
		r.Owner = int(f.number(31))
	case "process":
		r.PID, r.Start = int(f.number(31)), f.number(64)
	case "intelRdt":
		r.IntelRdt = f.text()
	case "cgroup":
		r.Cgroup = &resources.Group{Rootless: f.flag()}
	case "tree", "unit", "property":
		r.setGroup(word, f)
	}
}

func (r *record) setGroup(word string, f *fields) {
	switch {
	case r.Cgroup == nil, word == "property" && r.Cgroup.Unit == nil:
		f.bad = true
	case word == "tree":
		r.Cgroup.Trees = append(r.Cgroup.Trees, resources.Tree{V2: f.flag(), Controllers: f.text(), Mount: f.text(), Path: f.text()})
	case word == "unit":
		r.Cgroup.Unit = &resources.Unit{Name: f.text(), Slice: f.text(), User: f.flag()}
	default:
		r.Cgroup.Unit.Props = append(r.Cgroup.Unit.Props, resources.Prop{Name: f.text(), Text: f.text()})
	}
}
