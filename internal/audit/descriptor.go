package audit

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/inspect"
	"isle/ns"
)

// checkFiles looks for open files of mounts that it does not see: ways out that
// were left open. In the host's mount namespace it needs none.
func checkFiles(s *subject) verdict {
	switch {
	case !s.told.Has(ns.Mount):
		return untold("whether its mount namespace is the host's cannot be told")
	case s.shares(ns.Mount):
		return bad(1, "it is in the host's mount namespace and can open what it may")
	case s.Missed("descriptors"):
		return untold("its descriptors may not be read")
	}
	var t tally
	for i := range s.Descriptors {
		if d := &s.Descriptors[i]; strings.HasPrefix(d.Target, "/") && !strings.HasPrefix(d.Target, "/memfd:") && !s.sees(d) {
			t.add(weighFile(d), fmt.Sprintf("%d (%s)", d.FD, d.Target))
		}
	}
	return t.verdict("open files of mounts that it does not see", "all its open files are of mounts that it sees")
}

// sees says whether a descriptor is of a mount that the process sees.
func (s *subject) sees(d *inspect.Descriptor) bool {
	text, _ := os.ReadFile(s.path("fdinfo/" + strconv.Itoa(d.FD)))
	id, ok := parseMountID(string(text))
	if !ok {
		return true // closed meanwhile
	}
	for i := range s.Mounts {
		if s.Mounts[i].ID == id {
			return true
		}
	}
	return false
}

// parseMountID reads the line "mnt_id: 27" (proc_pid_fdinfo(5)).
func parseMountID(text string) (id int, ok bool) {
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, "mnt_id:"); found {
			id, err := strconv.Atoi(strings.TrimSpace(value))
			return id, err == nil
		}
	}
	return 0, false
}

// weighFile is how far out an open file leads: a directory to all that is below
// and above it, a file to itself, and the usual three to where they were put.
func weighFile(d *inspect.Descriptor) float64 {
	switch mode := d.Mode & unix.S_IFMT; {
	case mode == unix.S_IFDIR:
		return 1
	case mode != unix.S_IFREG:
		return 0 // another rule's
	case d.FD <= 2:
		return 0.05
	case d.Write:
		return 0.3
	}
	return 0.1
}
