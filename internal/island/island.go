package island

import (
	"encoding/json"
	"hash/fnv"
	"strconv"

	"isle/ns"
)

// Sort is what an island is to a person.
type Sort string

const (
	Host      Sort = "host"      // the machine itself, or what stands for it in a container
	Container Sort = "container" // an engine's
	Unit      Sort = "unit"      // of systemd
	Sandbox   Sort = "sandbox"   // of anything else
)

// Island is the processes that are in the same namespaces.
type Island struct {
	// ID names it as long as it lives: it comes from its namespaces.
	ID   string `json:"id"`
	Sort Sort   `json:"sort"`
	Name string `json:"name"` // of the container or unit, else the top process's
	// Engine is what made it, where that can be seen: "docker", "podman".
	Engine string `json:"engine,omitempty"`
	// Container is the engine's id.
	Container string `json:"container,omitempty"`
	// Parent is the ID of the island that it came out of, empty for the host.
	Parent string `json:"parent,omitempty"`
	// Top is the process that has been in it longest, of those whose parent is not.
	Top     int    `json:"top"`
	Command string `json:"command"` // Top's
	UID     uint32 `json:"uid"`     // Top's
	// NS are its namespaces, by kind, and Apart those that Parent has not.
	NS    Namespaces `json:"ns"`
	Apart ns.Set     `json:"apart"`
	// Shares are the islands beside it that are in some of these too, as the
	// containers of a pod are.
	Shares []Share `json:"shares,omitempty"`
	// Processes are the pids of those in it, ascending, without the kernel's
	// threads. Keepers are those of them that are outside of some of its
	// namespaces, and only wait for it: the front of "unshare --fork".
	Processes []int `json:"processes"`
	Keepers   []int `json:"keepers,omitempty"`
}

// Namespaces are inode numbers by kind, as in a scan; an object in JSON.
type Namespaces [len(ns.Kinds)]uint64

// MarshalJSON leaves out what could not be read.
func (n Namespaces) MarshalJSON() ([]byte, error) {
	byKind := map[ns.Kind]uint64{}
	for k, inode := range n {
		if inode != 0 {
			byKind[ns.Kind(k)] = inode
		}
	}
	return json.Marshal(byKind)
}

// UnmarshalJSON reads such an object.
func (n *Namespaces) UnmarshalJSON(text []byte) error {
	var byKind map[ns.Kind]uint64
	err := json.Unmarshal(text, &byKind)
	*n = Namespaces{}
	for k, inode := range byKind {
		n[k] = inode
	}
	return err
}

// Differ returns the kinds in which two islands are apart.
func Differ(a, b Namespaces) (apart ns.Set) {
	for _, k := range ns.All.Kinds() {
		if a[k] != b[k] {
			apart = apart.With(k)
		}
	}
	return apart
}

// id makes the ID of some namespaces. Inode numbers are given away again, but
// hardly eight at a time.
func id(of Namespaces) string {
	h := fnv.New64a()
	var b []byte
	for _, inode := range of {
		b = strconv.AppendUint(b, inode, 16)
		b = append(b, ' ')
	}
	h.Write(b)
	return "i" + strconv.FormatUint(h.Sum64(), 36)
}

// Share is what an island has in common with another.
type Share struct {
	Island string `json:"island"` // the ID
	Kinds  ns.Set `json:"kinds"`
}
