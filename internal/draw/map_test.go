package draw

import (
	"fmt"
	"time"

	"isle/internal/atlas"
	"isle/internal/island"
	"isle/ns"
)

// world builds maps such as hosts have. Inode numbers are counted, so that the
// same calls give the same map.
type world struct {
	m          *atlas.Map
	inode, pid int
}

func newWorld() *world {
	w := &world{inode: 4026531834, pid: 1, m: &atlas.Map{
		Schema: atlas.Schema, Host: "harbour", Kernel: "6.12.41-amd64",
		Taken: time.Date(2026, 7, 14, 9, 41, 7, 0, time.UTC),
	}}
	host := w.add(nil, island.Host, "harbour", ns.All)
	host.Command, host.Apart = "/sbin/init", 0
	w.run(host, 180)
	return w
}

// add puts an island into another, apart from it in some kinds.
func (w *world) add(in *island.Island, sort island.Sort, name string, apart ns.Set) *island.Island {
	i := &island.Island{ID: fmt.Sprintf("i%d", len(w.m.Islands)), Sort: sort, Name: name, Top: w.pid, Command: "/usr/bin/" + name, Apart: apart}
	if in != nil {
		i.Parent, i.NS = in.ID, in.NS
	}
	for _, k := range apart.Kinds() {
		n := w.namespace(k)
		if in != nil && (k == ns.User || k == ns.PID) {
			n.Parent = in.NS[k]
		}
		i.NS[k] = n.Inode
	}
	w.m.Islands = append(w.m.Islands, i)
	w.run(i, 1+len(w.m.Islands)%4)
	for _, n := range w.m.Namespaces {
		if i.NS[n.Kind] == n.Inode {
			n.Islands = append(n.Islands, i.ID)
		}
	}
	return i
}

func (w *world) namespace(k ns.Kind) *atlas.Namespace {
	w.inode++
	n := &atlas.Namespace{Inode: uint64(w.inode), Kind: k}
	w.m.Namespaces = append(w.m.Namespaces, n)
	return n
}

func (w *world) run(i *island.Island, processes int) {
	for range processes {
		w.m.Processes = append(w.m.Processes, atlas.Process{PID: w.pid, Island: i.ID, Command: i.Command})
		i.Processes = append(i.Processes, w.pid)
		w.pid += 3
	}
}

// share puts an island into namespaces of another that it does not lie in.
func (w *world) share(i, of *island.Island, kinds ...ns.Kind) {
	for _, k := range kinds {
		i.NS[k] = of.NS[k]
	}
}

// plug joins an island or a kept namespace to a bridge of the host by a veth pair.
func (w *world) plug(net uint64, bridge string, number int) {
	host := w.m.Islands[0].NS[ns.Net]
	n := len(w.m.Links)
	near := atlas.End{Net: host, Index: 100 + n, Name: fmt.Sprintf("veth%06x", 7919*n), Kind: "veth", Up: true}
	far := atlas.End{Net: net, Index: 2, Name: "eth0", Kind: "veth", Up: true, Addresses: []string{fmt.Sprintf("172.17.0.%d/16", number)}}
	over := atlas.End{Net: host, Index: 3, Name: bridge, Kind: "bridge", Up: true, Addresses: []string{"172.17.0.1/16"}}
	w.m.Links = append(w.m.Links, atlas.Link{Kind: "veth", From: near, To: far}, atlas.Link{Kind: "port", From: near, To: over})
}

// What engines and others make their islands apart in.
var (
	contained = ns.SetOf(ns.PID, ns.Net, ns.Mount, ns.UTS, ns.IPC, ns.Cgroup)
	rootless  = ns.SetOf(ns.User, ns.PID, ns.Mount)
	service   = ns.SetOf(ns.Mount)
)

// container adds one of docker's, on a bridge.
func (w *world) container(name string) *island.Island {
	c := w.add(w.m.Islands[0], island.Container, name, contained)
	c.Engine, c.Container = "docker", fmt.Sprintf("%064x", w.inode)
	w.plug(c.NS[ns.Net], "docker0", len(w.m.Islands))
	return c
}

// pod adds three of podman's that share what a pod's containers do.
func (w *world) pod(name string) {
	host := w.m.Islands[0]
	infra := w.add(host, island.Container, name+"-infra", contained)
	infra.Engine = "podman"
	w.plug(infra.NS[ns.Net], "podman1", len(w.m.Islands))
	for _, of := range []string{"app", "sidecar"} {
		c := w.add(host, island.Container, name+"-"+of, ns.SetOf(ns.PID, ns.Mount, ns.Cgroup))
		c.Engine, c.UID = "podman", 1000
		c.Apart = contained
		w.share(c, infra, ns.Net, ns.IPC, ns.UTS)
	}
}

// hold adds namespaces that no process is in.
func (w *world) hold(k ns.Kind, by ...string) *atlas.Namespace {
	n := w.namespace(k)
	n.Held = by
	return n
}

var names = [...]string{"nginx", "postgres", "redis", "grafana", "prometheus", "gitea", "keycloak", "minio", "traefik", "rabbitmq"}
var units = [...]string{"systemd-logind.service", "systemd-udevd.service", "chrony.service", "polkit.service",
	"systemd-resolved.service", "ModemManager.service", "upower.service", "bluetooth.service", "colord.service"}

// realistic is a host with so many islands beside itself.
func realistic(islands int) *atlas.Map {
	w := newWorld()
	host := w.m.Islands[0]
	for n := 0; len(w.m.Islands) <= islands; n++ {
		left := islands + 1 - len(w.m.Islands)
		switch {
		case n%10 == 0:
			c := w.container(names[n/10%len(names)])
			if left > 1 {
				b := w.add(c, island.Sandbox, "bwrap", rootless)
				b.UID = 1000
			}
		case n%10 == 1 && left > 2:
			w.pod(fmt.Sprintf("shop%d", n/10))
		case n%10 == 5 && left > 3:
			w.nest(host)
		case n%2 == 0:
			w.container(fmt.Sprintf("%s-%d", names[n%len(names)], n))
		default:
			w.add(host, island.Unit, units[n/2%len(units)], service)
		}
	}
	blue := w.hold(ns.Net, "bind mount /run/netns/blue")
	w.plug(blue.Inode, "docker0", 250)
	w.hold(ns.Net, "bind mount /run/netns/green", "descriptor 7 of 4321")
	w.hold(ns.User, "owner or parent of another")
	return w.m
}

// nest adds a rootless sandbox with two more in it, one in the other.
func (w *world) nest(host *island.Island) {
	a := w.add(host, island.Sandbox, "buildah", rootless)
	b := w.add(a, island.Sandbox, "isle", rootless.With(ns.UTS))
	c := w.add(b, island.Sandbox, "unshare", rootless.With(ns.Time))
	a.UID, b.UID, c.UID = 1000, 1000, 100000
}

// chain is islands each in the one before it.
func chain(depth int) *atlas.Map {
	w := newWorld()
	in := w.m.Islands[0]
	for i := range depth {
		in = w.add(in, island.Sandbox, fmt.Sprintf("level-%d", i+1), rootless)
	}
	return w.m
}

// crowd is many namespaces that are only kept.
func crowd(n int) *atlas.Map {
	w := newWorld()
	w.container("nginx")
	for i := range n {
		w.hold([...]ns.Kind{ns.User, ns.Net, ns.Mount}[i%3], fmt.Sprintf("descriptor %d of 812", i))
	}
	return w.m
}
