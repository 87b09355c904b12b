package atlas

import (
	"strconv"

	"isle/internal/netlink"
	"isle/internal/thread"
	"isle/ns"
)

// network is a network namespace and what is in it.
type network struct {
	*ns.Namespace
	ends []end
}

// end is a link as the kernel has it, and as the map has it.
type end struct {
	link netlink.Link
	End
}

// read asks for the links and their addresses.
func (n *network) read(socket int) {
	list, err := netlink.Links(socket)
	if err != nil {
		return
	}
	addresses, _ := netlink.Addresses(socket)
	by := map[int][]string{}
	for _, a := range addresses {
		by[a.Index] = append(by[a.Index], a.Prefix.String())
	}
	for _, l := range list {
		n.ends = append(n.ends, end{l, End{n.Inode, l.Index, l.Name, l.Kind, l.Up, by[l.Index]}})
	}
}

// at finds a link by its index.
func (n *network) at(index int) *end {
	for i := range n.ends {
		if n.ends[i].Index == index {
			return &n.ends[i]
		}
	}
	return nil
}

// links finds the connections between and in all network namespaces of a scan.
func links(s *ns.Snapshot) []Link {
	c := &cabling{s: s, having: map[int][]*network{}, list: []Link{}}
	thread.Run(func() { // which goes from one namespace to the next
		for _, n := range s.Namespaces {
			if n.Kind != ns.Net {
				continue
			}
			network := &network{Namespace: n}
			inside(s, n, network.read)
			c.networks = append(c.networks, network)
			for _, e := range network.ends {
				c.having[e.Index] = append(c.having[e.Index], network)
			}
		}
		for _, n := range c.networks {
			for i := range n.ends {
				c.connect(n, &n.ends[i])
			}
		}
	})
	return c.list
}

// file opens a network namespace by whatever holds it.
func file(s *ns.Snapshot, n *ns.Namespace) *ns.File {
	var paths []string
	for _, pid := range n.Held.Processes {
		paths = append(paths, "/proc/"+strconv.Itoa(pid)+"/ns/net")
	}
	for _, t := range n.Held.Tasks {
		paths = append(paths, "/proc/"+strconv.Itoa(t.TID)+"/ns/net")
	}
	for _, f := range n.Held.Files {
		paths = append(paths, "/proc/"+strconv.Itoa(f.PID)+"/fd/"+strconv.Itoa(f.FD))
	}
	for _, m := range n.Held.Mounts {
		if holder := s.Find(m.Mount); holder != nil && len(holder.Held.Processes) > 0 {
			paths = append(paths, "/proc/"+strconv.Itoa(holder.Held.Processes[0])+"/root"+m.Path)
		}
	}
	for _, path := range paths {
		f, err := ns.Open(path)
		if err != nil {
			continue
		}
		if f.ID().Ino == n.Inode {
			return f
		}
		f.Close()
	}
	return nil
}
