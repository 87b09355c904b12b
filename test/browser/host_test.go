package browser

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"isle/internal/atlas"
	"isle/internal/island"
	"isle/internal/web"
	"isle/ns"
)

// host is a host that a test makes up, and changes while the page looks on.
type host struct {
	mu      sync.Mutex
	islands []*island.Island
	running []atlas.Process
	links   []atlas.Link
	kept    []*atlas.Namespace
	inode   uint64
	pid     int
}

// newHost makes a host with nothing on it.
func newHost() *host {
	h := &host{inode: 4026531834}
	h.add(island.Island{ID: "host", Sort: island.Host, Name: "lagoon"}, ns.All, "/sbin/init", "/usr/sbin/sshd -D", "-bash")
	return h
}

// add puts an island there, with its own namespaces of some kinds, and a process
// for each command.
func (h *host) add(i island.Island, apart ns.Set, commands ...string) *island.Island {
	h.mu.Lock()
	defer h.mu.Unlock()
	i.Apart = apart
	if i.Sort != island.Host {
		i.Parent = cmp.Or(i.Parent, "host")
		i.NS = h.find(i.Parent).NS
	}
	for _, k := range apart.Kinds() {
		h.inode++
		i.NS[k] = h.inode
	}
	for _, command := range commands {
		h.pid++
		i.Processes = append(i.Processes, h.pid)
		h.running = append(h.running, atlas.Process{PID: h.pid, PPID: 1, UID: i.UID, Island: i.ID, Command: command})
	}
	i.Top, i.Command = i.Processes[0], commands[0]
	h.islands = append(h.islands, &i)
	return &i
}

// remove ends an island.
func (h *host) remove(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.islands = slices.DeleteFunc(slices.Clone(h.islands), func(i *island.Island) bool { return i.ID == id })
	h.running = slices.DeleteFunc(slices.Clone(h.running), func(p atlas.Process) bool { return p.Island == id })
}

func (h *host) find(id string) *island.Island {
	return h.islands[slices.IndexFunc(h.islands, func(i *island.Island) bool { return i.ID == id })]
}

// chart makes the map of the host as it is.
func (h *host) chart(context.Context) (*atlas.Map, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := &atlas.Map{
		Schema: atlas.Schema, Host: "lagoon", Kernel: "6.12.0", Taken: time.Now(),
		Islands: slices.Clone(h.islands), Processes: slices.Clone(h.running), Links: h.links, Namespaces: slices.Clone(h.kept),
	}
	of := map[uint64]*atlas.Namespace{}
	for _, i := range h.islands {
		for k, inode := range i.NS {
			if of[inode] == nil {
				of[inode] = &atlas.Namespace{Inode: inode, Kind: ns.Kind(k), Owner: i.NS[ns.User]}
				m.Namespaces = append(m.Namespaces, of[inode])
			}
			of[inode].Islands = append(of[inode].Islands, i.ID)
		}
	}
	slices.SortFunc(m.Namespaces, func(a, b *atlas.Namespace) int { return cmp.Compare(a.Inode, b.Inode) })
	return m, nil
}

// detail makes up what there is to say of an island.
func (h *host) detail(_ context.Context, id string) (*web.Detail, error) {
	m, _ := h.chart(context.Background())
	if id == "broken" {
		return nil, fmt.Errorf("read /proc/%d/mountinfo: permission denied", m.Find(id).Top)
	}
	d := &web.Detail{
		Difference: []web.Section{
			{Title: "uts", Namespace: true, Rows: []web.Row{{Name: "host name", Here: m.Find(id).Name, There: "lagoon"}}},
			{Title: "mount", Namespace: true, Rows: []web.Row{{Name: "/", Here: "overlay", There: "/dev/vda1 (ext4)"}, {Name: "/proc", Here: "proc, hidepid=2", There: "proc"}, {Name: "/home", There: "/dev/vda2 (ext4)"}}},
			{Title: "time", Namespace: true, Shared: true},
			{Title: "credentials", Shared: true},
		},
		Audit: &web.Audit{Score: 5.5, Grade: "exposed", Judged: 0.9, Findings: []web.Finding{
			{ID: "root", Title: "Runs as the host's root", Evidence: "uid_map: 0 0 4294967295", Why: "A process that breaks out is root on the host.", Remedy: "isle run --map-auto", Weight: 2.5},
			{ID: "seccomp", Title: "No system call filter", Evidence: "Seccomp: 0", Why: "The whole kernel is within reach.", Remedy: "isle run --seccomp=default", Weight: 1},
		}, Passed: []web.Finding{{ID: "pid", Title: "Sees only its own processes", Evidence: "a PID namespace of its own"}}},
	}
	for _, p := range m.Processes {
		if p.Island == id {
			d.Processes = append(d.Processes, web.Process{PID: p.PID, User: map[uint32]string{0: "root", 1000: "kai"}[p.UID], Command: p.Command})
		}
	}
	return d, nil
}

// few is a host with a few islands of each sort.
func few() *host {
	h := newHost()
	h.pid = 1200
	db := h.add(island.Island{ID: "db", Sort: island.Container, Engine: "docker", Name: "postgres", Container: "4f1d9c0ab77e55aa"}, ns.All.Without(ns.User).Without(ns.Time), "postgres -D /var/lib/postgresql", "postgres: checkpointer", "postgres: walwriter")
	h.add(island.Island{ID: "shop", Sort: island.Container, Engine: "podman", Name: "web-shop", Container: "b00c5e77a1d2", UID: 1000}, ns.All.Without(ns.Time), "nginx: master process nginx", "nginx: worker process")
	h.add(island.Island{ID: "resolved", Sort: island.Unit, Name: "systemd-resolved.service", UID: 101}, ns.SetOf(ns.Mount), "/lib/systemd/systemd-resolved")
	h.add(island.Island{ID: "tab", Sort: island.Sandbox, Name: "firefox", UID: 1000}, ns.SetOf(ns.User, ns.IPC, ns.PID), "/usr/lib/firefox/firefox -contentproc")
	h.add(island.Island{ID: "inner", Sort: island.Sandbox, Name: "pg_dump", Parent: "db"}, ns.SetOf(ns.Mount, ns.UTS), "pg_dump --all")
	side := h.add(island.Island{ID: "side", Sort: island.Container, Engine: "docker", Name: "exporter", Container: "77aa00ff11"}, ns.SetOf(ns.Mount, ns.PID), "postgres_exporter")
	side.NS[ns.Net] = db.NS[ns.Net]
	side.Apart = side.Apart.With(ns.Net)
	h.kept = []*atlas.Namespace{{Inode: 4026539999, Kind: ns.Net, Owner: h.islands[0].NS[ns.User], Held: []string{"bind mount /run/netns/blue"}}}
	h.links = []atlas.Link{
		{Kind: "veth", From: atlas.End{Net: db.NS[ns.Net], Index: 2, Name: "eth0", Up: true, Addresses: []string{"172.17.0.2/16"}}, To: atlas.End{Net: h.islands[0].NS[ns.Net], Index: 5, Name: "veth4f1d", Up: true}},
		{Kind: "port", From: atlas.End{Net: h.islands[0].NS[ns.Net], Index: 5, Name: "veth4f1d", Up: true}, To: atlas.End{Net: h.islands[0].NS[ns.Net], Index: 3, Name: "docker0", Kind: "bridge", Up: true, Addresses: []string{"172.17.0.1/16"}}},
	}
	return h
}

// many is a host with n islands.
func many(n int) *host {
	h := newHost()
	h.pid = 1200
	sorts := []island.Sort{island.Container, island.Unit, island.Sandbox}
	for i := range n {
		apart := []ns.Set{ns.All.Without(ns.Time), ns.SetOf(ns.Mount), ns.SetOf(ns.User, ns.PID, ns.Mount, ns.Net)}[i%3]
		name := []string{"worker", "cron.service", "bwrap"}[i%3]
		h.add(island.Island{ID: fmt.Sprintf("n%d", i), Sort: sorts[i%3], Engine: []string{"docker", "", ""}[i%3], Name: fmt.Sprintf("%s-%d", name, i), UID: uint32(i % 2 * 1000)}, apart, fmt.Sprintf("/usr/bin/%s --number=%d", name, i), "sh")
	}
	return h
}
