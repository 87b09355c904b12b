package draw

import (
	"isle/internal/atlas"
	"isle/internal/island"
	"isle/ns"
)

// mixed is a host with every kind of link, also inside of a container.
func mixed() *atlas.Map {
	w := newWorld()
	host := w.m.Islands[0]
	outer := w.container("kind-control-plane")
	for _, name := range []string{"etcd", "apiserver", "scheduler", "coredns", "flannel"} {
		c := w.add(outer, island.Container, name, contained)
		c.Engine = "containerd"
		w.link("veth", outer.NS[ns.Net], "veth-"+name, c.NS[ns.Net], "eth0", "10.244.0.5/24")
		w.port(outer.NS[ns.Net], "veth-"+name, "veth", "cni0")
	}
	router := w.add(host, island.Sandbox, "router", ns.SetOf(ns.Net))
	client := w.add(host, island.Sandbox, "client", ns.SetOf(ns.Net, ns.User))
	w.link("veth", router.NS[ns.Net], "lan0", client.NS[ns.Net], "up0", "192.168.7.2/30")
	w.link("veth", host.NS[ns.Net], "wan", router.NS[ns.Net], "wan0", "10.9.0.2/30")
	vm := w.add(host, island.Container, "homeassistant", contained)
	vm.Engine = "podman"
	w.link("macvlan", host.NS[ns.Net], "enp3s0", vm.NS[ns.Net], "eth0", "192.168.1.44/24")
	w.port(host.NS[ns.Net], "enp4s0", "", "br0")
	w.port(host.NS[ns.Net], "tap1", "tun", "br0")
	guest := w.add(client, island.Sandbox, "browser", rootless.With(ns.IPC))
	w.share(guest, host, ns.Net)
	guest.Apart = guest.Apart.With(ns.Net)
	for range 4 {
		w.add(host, island.Unit, "systemd-oomd.service", service)
	}
	blue := w.hold(ns.Net, "bind mount /run/netns/blue")
	w.link("veth", router.NS[ns.Net], "blue0", blue.Inode, "veth0", "fd00:1:2:3:4:5:6:7/64")
	return w.m
}

// link joins two network namespaces.
func (w *world) link(kind string, a uint64, nameA string, b uint64, nameB, address string) {
	n := 500 + 2*len(w.m.Links)
	w.m.Links = append(w.m.Links, atlas.Link{Kind: kind,
		From: atlas.End{Net: a, Index: index(nameA, 0), Name: nameA, Kind: kind, Up: true},
		To:   atlas.End{Net: b, Index: n + 1, Name: nameB, Kind: kind, Up: true, Addresses: []string{address}}})
}

// port puts an interface into a bridge beside it.
func (w *world) port(net uint64, name, kind, bridge string) {
	w.m.Links = append(w.m.Links, atlas.Link{Kind: "port",
		From: atlas.End{Net: net, Index: index(name, 0), Name: name, Kind: kind, Up: true},
		To:   atlas.End{Net: net, Index: 3, Name: bridge, Kind: "bridge", Up: true, Addresses: []string{"10.244.0.1/24"}}})
}

// index makes a number of a name.
func index(name string, n int) int {
	for _, r := range name {
		n = n%100000*7 + int(r)
	}
	return n
}
