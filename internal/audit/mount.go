package audit

import (
	"strings"

	"isle/internal/inspect"
	"isle/ns"
)

// at is the mount that a path of the process's root is on, without following
// links: from the root down, as the kernel goes, so that a mount which another
// one hides is not taken for it. Nil if there is none.
func (s *subject) at(path string) *inspect.Mount {
	at := s.rootMount()
	for at != nil {
		next := s.child(at, path)
		if next == nil {
			return at
		}
		at = next
	}
	return nil
}

// rootMount is the mount of the process's root, whose parent it does not see.
func (s *subject) rootMount() *inspect.Mount {
	for i := range s.Mounts {
		m := &s.Mounts[i]
		if m.Point != "/" {
			continue
		}
		orphan := true
		for j := range s.Mounts {
			orphan = orphan && (s.Mounts[j].ID != m.Parent || i == j)
		}
		if orphan {
			return m
		}
	}
	return nil
}

// child is the first mount on another one that a path comes to.
func (s *subject) child(above *inspect.Mount, path string) (child *inspect.Mount) {
	for i := range s.Mounts {
		m := &s.Mounts[i]
		if m.Parent == above.ID && m != above && within(path, m.Point) && (child == nil || len(m.Point) < len(child.Point)) {
			child = m
		}
	}
	return child
}

// visible are the mounts that no other one hides.
func (s *subject) visible() (list []*inspect.Mount) {
	for i := range s.Mounts {
		if m := &s.Mounts[i]; s.at(m.Point) == m {
			list = append(list, m)
		}
	}
	return list
}

// superReadOnly says whether nothing can be written through a mount.
func superReadOnly(m *inspect.Mount) bool {
	if m.Has("ro") {
		return true
	}
	for _, o := range m.Super {
		if o == "ro" {
			return true
		}
	}
	return false
}

func checkRootWritable(s *subject) verdict {
	m := s.at("/")
	switch {
	case m == nil && s.Missed("mounts"):
		return untold("its mounts may not be read")
	case m == nil:
		return fine("its root is no mount of its own")
	case superReadOnly(m):
		return fine("its root is mounted read-only")
	case m.Type == "overlay" || m.Type == "tmpfs":
		return bad(0.3, "its root is writable (%s): a program put there stays as long as the root does", m.Type)
	}
	return bad(1, "its root is writable, and is %s on %s", m.Type, strings.ToValidUTF8(m.Source, "�"))
}

// checkPropagation looks for mounts that pass on to the host what is mounted on
// them: those of the same peer group (mount_namespaces(7)).
func checkPropagation(s *subject) verdict {
	switch {
	case s.Missed("mounts") || s.host.mounts == nil:
		return untold("its mounts or the host's may not be read")
	case s.shares(ns.Mount):
		return bad(1, "it is in the host's mount namespace: what it mounts is there for all")
	}
	var t tally
	for i := range s.Mounts {
		for _, group := range s.Mounts[i].Optional {
			if strings.HasPrefix(group, "shared:") && s.host.hasPeer(group) {
				t.add(1, s.Mounts[i].Point)
			}
		}
	}
	return t.verdict("what is mounted below these is mounted on the host too", "no mount of its is a peer of one of the host's")
}

func (h *host) hasPeer(group string) bool {
	for i := range h.mounts {
		for _, o := range h.mounts[i].Optional {
			if o == group {
				return true
			}
		}
	}
	return false
}
