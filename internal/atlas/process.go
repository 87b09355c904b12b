package atlas

import (
	"path"
	"strconv"
	"strings"

	"isle/internal/island"
	"isle/ns"
)

// processes lists those of the islands.
func processes(s *ns.Snapshot, chart *island.Chart) []Process {
	list := []Process{}
	for _, p := range s.Processes {
		if in := chart.Of(p.PID); in != nil {
			list = append(list, Process{p.PID, p.PPID, p.UID, in.ID, p.Command})
		}
	}
	return list
}

// hasName says whether a command line is of a program that the kernel would call
// so: by the first 15 bytes of its file's name.
func hasName(command, comm string) bool {
	program, _, _ := strings.Cut(command, " ")
	return strings.HasPrefix(path.Base(program), comm)
}

// namespaces lists all that were found, with the islands that are in them.
func namespaces(s *ns.Snapshot, chart *island.Chart) []*Namespace {
	in := map[uint64][]string{}
	for _, i := range chart.Islands {
		for _, inode := range i.NS {
			in[inode] = append(in[inode], i.ID)
		}
	}
	list := make([]*Namespace, 0, len(s.Namespaces))
	for _, n := range s.Namespaces {
		m := &Namespace{Inode: n.Inode, Kind: n.Kind, Owner: n.Owner, Parent: n.Parent, Islands: in[n.Inode]}
		if len(m.Islands) == 0 {
			m.Held = held(s, &n.Held)
		}
		list = append(list, m)
	}
	return list
}

// held says in words what keeps a namespace, the most telling first.
func held(s *ns.Snapshot, h *ns.Holders) (words []string) {
	for _, m := range h.Mounts {
		words = append(words, "bind mount "+m.Path)
	}
	for _, f := range h.Files {
		words = append(words, "descriptor "+strconv.Itoa(f.FD)+" of "+who(s, f.PID))
	}
	for _, f := range h.Sockets {
		words = append(words, "socket "+strconv.Itoa(f.FD)+" of "+who(s, f.PID))
	}
	for _, pid := range h.ForChildren {
		words = append(words, "the next child of "+who(s, pid))
	}
	for _, t := range h.Tasks {
		words = append(words, "thread "+strconv.Itoa(t.TID)+" of "+who(s, t.PID))
	}
	for _, pid := range h.Processes { // of no island: a process is in all of its namespaces
		if p := s.Process(pid); p != nil && p.Kernel {
			words = append(words, "the kernel's threads")
			break
		}
	}
	if h.Listed {
		words = append(words, "something out of sight")
	}
	if h.Kin {
		words = append(words, "owner or parent of another")
	}
	return words
}

func who(s *ns.Snapshot, pid int) string {
	text := strconv.Itoa(pid)
	if p := s.Process(pid); p != nil {
		text += " " + p.Comm
	}
	return text
}
