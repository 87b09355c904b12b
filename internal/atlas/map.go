package atlas

import (
	"time"

	"isle/internal/island"
	"isle/ns"
)

// Schema is the version of a map's JSON. It changes when a field changes its
// meaning.
const Schema = 1

// Map is a host at one moment.
type Map struct {
	Schema int       `json:"schema"`
	Host   string    `json:"host"`
	Kernel string    `json:"kernel"` // release
	Taken  time.Time `json:"taken"`

	// Islands has the host first, and each island behind the one that it came
	// out of.
	Islands    []*island.Island `json:"islands"`
	Processes  []Process        `json:"processes"`  // of the islands, by pid
	Namespaces []*Namespace     `json:"namespaces"` // by inode number
	Links      []Link           `json:"links"`
	// Hidden counts the processes whose namespaces could not be read, and Unread
	// what else could not.
	Hidden int       `json:"hidden"`
	Unread ns.Unread `json:"unread"`
}

// Process is a process of an island.
type Process struct {
	PID     int    `json:"pid"`
	PPID    int    `json:"ppid"`
	UID     uint32 `json:"uid"`
	Island  string `json:"island"` // the ID
	Command string `json:"command"`
}

// Namespace is a namespace and who is in it.
type Namespace struct {
	Inode uint64  `json:"inode"`
	Kind  ns.Kind `json:"kind"`
	// Owner is the inode number of the user namespace that owns it, Parent that
	// of a user or PID namespace's parent; 0 if out of sight.
	Owner  uint64 `json:"owner,omitempty"`
	Parent uint64 `json:"parent,omitempty"`
	// Islands are the IDs of those that are in it: two or more share it.
	Islands []string `json:"islands,omitempty"`
	// Held says in words what keeps a namespace that no island is in: "bind mount
	// /run/netns/blue", "descriptor 7 of 4321", "owner or parent of another".
	Held []string `json:"held,omitempty"`
}

// Link is a connection between two network namespaces, or from one link to the
// bridge that it is a port of.
type Link struct {
	Kind string `json:"kind"` // as ip-link(8) has it: "veth", "macvlan", "ipvlan"; "port" of a bridge
	From End    `json:"from"`
	To   End    `json:"to"`
}

// End is a network interface.
type End struct {
	Net       uint64   `json:"net"` // inode number of its namespace
	Index     int      `json:"index"`
	Name      string   `json:"name"`
	Kind      string   `json:"kind,omitempty"`
	Up        bool     `json:"up"`
	Addresses []string `json:"addresses,omitempty"` // with the length of the prefix
}

// Find returns the island of an ID, or nil.
func (m *Map) Find(id string) *island.Island {
	for _, i := range m.Islands {
		if i.ID == id {
			return i
		}
	}
	return nil
}
