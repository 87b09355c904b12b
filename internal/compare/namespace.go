package compare

import (
	"fmt"
	"strings"

	"isle/internal/idmap"
	"isle/internal/inspect"
)

// users compares what ids mean.
func (p *pair) users() (rows []Row) {
	rows = append(rows, row("user ids", ranges(p.a.IDs.UIDMap), ranges(p.b.IDs.UIDMap))...)
	rows = append(rows, row("group ids", ranges(p.a.IDs.GIDMap), ranges(p.b.IDs.GIDMap))...)
	return append(rows, row("setgroups", p.a.IDs.Setgroups, p.b.IDs.Setgroups)...)
}

// ranges says a map in words: inside ids, and what they are outside.
func ranges(m idmap.Map) string {
	var parts []string
	for _, r := range m {
		switch {
		case r.Inside == 0 && r.Outside == 0 && r.Count == 1<<32-1:
			parts = append(parts, "all as they are")
		case r.Count == 1:
			parts = append(parts, fmt.Sprintf("%d is %d", r.Inside, r.Outside))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d are %d-%d", r.Inside, uint64(r.Inside)+uint64(r.Count)-1, r.Outside, uint64(r.Outside)+uint64(r.Count)-1))
		}
	}
	if parts == nil {
		return "none mapped"
	}
	return strings.Join(parts, ", ")
}

// names compares what the machine is called.
func (p *pair) names() (rows []Row) {
	if p.a.Names == nil || p.b.Names == nil {
		return nil
	}
	rows = row("host name", p.a.Names.Host, p.b.Names.Host)
	return append(rows, row("domain name", p.a.Names.Domain, p.b.Names.Domain)...)
}

// clocks compares how far they are ahead.
func (p *pair) clocks() (rows []Row) {
	if p.a.Clocks == nil || p.b.Clocks == nil {
		return nil
	}
	rows = row("monotonic", p.a.Clocks.Monotonic.String(), p.b.Clocks.Monotonic.String())
	return append(rows, row("boottime", p.a.Clocks.Boottime.String(), p.b.Clocks.Boottime.String())...)
}

// ipc compares the objects of System V.
func (p *pair) ipc() (rows []Row) {
	if p.a.IPC == nil || p.b.IPC == nil {
		return nil
	}
	for _, t := range [...]struct {
		what, unit string
		of         func(*inspect.IPC) []inspect.IPCObject
	}{
		{"shared memory", "bytes", func(i *inspect.IPC) []inspect.IPCObject { return i.Memory }},
		{"semaphores", "of them", func(i *inspect.IPC) []inspect.IPCObject { return i.Semaphores }},
		{"message queue", "bytes waiting", func(i *inspect.IPC) []inspect.IPCObject { return i.Messages }},
	} {
		rows = append(rows, differ(t.what, objects(t.of(p.a.IPC), t.unit), objects(t.of(p.b.IPC), t.unit))...)
	}
	if p.a.IPC.Queues == nil || p.b.IPC.Queues == nil { // who may not mount cannot list them
		return rows
	}
	return append(rows, differ("queue", named(p.a.IPC.Queues), named(p.b.IPC.Queues))...)
}

// named are entries of which there is nothing to say but that they are there.
func named(list []string) (entries []entry) {
	for _, name := range list {
		entries = append(entries, entry{name, ""})
	}
	return entries
}

func objects(list []inspect.IPCObject, unit string) (entries []entry) {
	for _, o := range list {
		entries = append(entries, entry{fmt.Sprintf("%#x", uint32(o.Key)), fmt.Sprintf("%d %s, of user %d, mode %s", o.Size, unit, o.UID, o.Perms)})
	}
	return entries
}

// cgroups has nothing of its own: what a cgroup namespace changes is how the
// paths begin, and these are compared whether it is shared or not.
func (p *pair) cgroups() []Row { return nil }
