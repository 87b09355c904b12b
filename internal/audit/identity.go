package audit

import (
	"fmt"
	"strconv"

	"isle/internal/idmap"
	"isle/internal/inspect"
)

func checkHostRoot(s *subject) verdict {
	if s.Missed("credentials") {
		return untold("its ids may not be read")
	}
	if s.uid() == 0 {
		return bad(1, "its user id is 0 on the host")
	}
	for _, r := range s.IDs.UIDMap {
		if r.Outside == 0 && s.held().Has(capSetuid) {
			return bad(0.9, "id %d of its user namespace is root of the host, and CAP_SETUID lets it become that", r.Inside)
		}
	}
	return fine("its user id on the host is %d, and root of the host is out of its reach", s.uid())
}

func checkRunsAsRoot(s *subject) verdict {
	inside, ok := inner(s.IDs.UIDMap, s.uid())
	switch {
	case s.Missed("id maps"):
		return untold("its id maps may not be read")
	case !ok:
		return fine("its user id %d has no number in its user namespace", s.uid())
	case inside == 0:
		return bad(1, "its user id is 0 in its user namespace, %d on the host", s.uid())
	}
	return fine("its user id is %d in its user namespace", inside)
}

// inner is what an id of the reader's is in the user namespace of a map.
func inner(m idmap.Map, outside uint32) (inside uint32, ok bool) {
	turned := make(idmap.Map, len(m))
	for i, r := range m {
		turned[i] = idmap.Range{Inside: r.Outside, Outside: r.Inside, Count: r.Count}
	}
	return inspect.Outside(turned, outside)
}

func checkAccount(s *subject) verdict {
	name, err := accountOf(s.uid())
	switch {
	case err != nil:
		return untold("the accounts of the host cannot be read: %v", err)
	case name == "":
		return fine("its user id on the host, %d, belongs to no account", s.uid())
	}
	return bad(1, "its user id on the host, %d, is that of %s, with whose files and processes it is at one", s.uid(), name)
}

// groupWeights are groups that are as good as root, or nearly, and what they
// are given for.
var groupWeights = [...]struct {
	name   string
	weight float64
	why    string
}{
	{"docker", 1, "starts containers as root"},
	{"lxd", 1, "starts containers as root"},
	{"incus-admin", 1, "starts containers as root"},
	{"disk", 1, "reads and writes disks"},
	{"kmem", 0.8, "reads memory"},
	{"libvirt", 0.8, "starts machines as root"},
	{"shadow", 0.6, "reads passwords"},
	{"root", 0.5, "owns files of root"},
	{"sudo", 0.5, "may become root"},
	{"wheel", 0.5, "may become root"},
	{"input", 0.4, "reads keys typed"},
	{"adm", 0.2, "reads logs"},
	{"systemd-journal", 0.2, "reads logs"},
	{"tty", 0.2, "writes to terminals"},
	{"video", 0.1, "sees the screen"},
	{"kvm", 0.1, "starts machines"},
}

func checkGroups(s *subject) verdict {
	if s.Missed("credentials") {
		return untold("its groups may not be read")
	}
	var t tally
	for _, g := range groupWeights {
		if id, err := idmap.LookupGroup(g.name); err == nil && (s.member(id) || s.Credentials.GIDs[1] == id) {
			t.add(g.weight, fmt.Sprintf("%s (%s)", g.name, g.why))
		}
	}
	return t.verdict("it is in these groups of the host", "none of its "+strconv.Itoa(1+len(s.Credentials.Groups))+" groups gives more than its own files")
}
