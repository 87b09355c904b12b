package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Read reads a map that was written as JSON, perhaps by somebody else, and makes
// sure that it is of one piece.
func Read(r io.Reader) (*Map, error) {
	var m Map
	d := json.NewDecoder(r)
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("read a map: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.Join(errors.New("something follows the map"), err)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return &m, nil
}

// What a map may have at most: far more than a host has, far less than would
// keep a reader busy for minutes.
const (
	mostIslands    = 1 << 16
	mostNamespaces = 1 << 18
	mostLinks      = 1 << 17
	mostProcesses  = 1 << 20
	longestText    = 64 << 10 // bytes of a name
)

// check says what is wrong with a map.
func (m *Map) check() error {
	if m.Schema != Schema {
		return fmt.Errorf("this is a map of version %d, or none; isle reads version %d", m.Schema, Schema)
	}
	for _, n := range [...]struct {
		what       string
		have, most int
	}{
		{"islands", len(m.Islands), mostIslands},
		{"namespaces", len(m.Namespaces), mostNamespaces},
		{"links", len(m.Links), mostLinks},
		{"processes", len(m.Processes), mostProcesses},
	} {
		if n.have > n.most {
			return fmt.Errorf("the map has %d %s; at most %d are read", n.have, n.what, n.most)
		}
	}
	islands, err := m.checkIslands()
	if err != nil {
		return err
	}
	return errors.Join(m.checkNamespaces(islands), m.checkProcesses(islands))
}

// checkIslands wants each island behind the one that it came out of, so that
// there is no circle. It returns the IDs.
func (m *Map) checkIslands() (map[string]bool, error) {
	known := map[string]bool{}
	if len(m.Islands) == 0 {
		return nil, errors.New("the map has no islands")
	}
	for n, i := range m.Islands {
		switch {
		case i == nil:
			return nil, fmt.Errorf("island %d is missing", n)
		case !isWord(i.ID) || known[i.ID]:
			return nil, fmt.Errorf("island %d has no ID of its own", n)
		case i.Parent != "" && (n == 0 || !known[i.Parent]):
			return nil, fmt.Errorf("island %s stands before what it came out of", i.ID)
		case !isWord(string(i.Sort)):
			return nil, fmt.Errorf("island %s is of no sort", i.ID)
		case max(len(i.Name), len(i.Engine), len(i.Container), len(i.Command)) > longestText:
			return nil, fmt.Errorf("island %s has a name without end", i.ID)
		}
		known[i.ID] = true
	}
	return known, nil
}

// isWord says whether a text is what isle makes as an ID, with some room.
func isWord(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	return s != "" && len(s) <= 64 && strings.Trim(s, letters) == ""
}

// checkNamespaces wants each once, of islands that are there.
func (m *Map) checkNamespaces(islands map[string]bool) error {
	seen := map[uint64]bool{}
	for i, n := range m.Namespaces {
		if n == nil || n.Inode == 0 || seen[n.Inode] {
			return fmt.Errorf("namespace %d has no inode number of its own", i)
		}
		seen[n.Inode] = true
		for _, id := range n.Islands {
			if !islands[id] {
				return fmt.Errorf("namespace %d is of an island that is not on the map", n.Inode)
			}
		}
	}
	return nil
}

// checkProcesses wants processes of islands that are there.
func (m *Map) checkProcesses(islands map[string]bool) error {
	for _, p := range m.Processes {
		if !islands[p.Island] || len(p.Command) > longestText {
			return fmt.Errorf("process %d is of an island that is not on the map, or has a command without end", p.PID)
		}
	}
	return nil
}
