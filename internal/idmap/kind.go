package idmap

// Kind is whose ids a map is of.
type Kind uint8

// The two kinds.
const (
	Users Kind = iota
	Groups
)

// kinds holds, in the order of the constants, the kernel's and shadow's names.
var kinds = [...]struct{ name, file, tool string }{
	{"user", "uid_map", "newuidmap"},
	{"group", "gid_map", "newgidmap"},
}

// String returns "user" or "group".
func (k Kind) String() string { return kinds[k].name }

// File returns the name of the map's file in /proc/PID, "uid_map" or "gid_map".
func (k Kind) File() string { return kinds[k].file }

// Tool returns the name of the program that writes a map of subordinate ids,
// "newuidmap" or "newgidmap".
func (k Kind) Tool() string { return kinds[k].tool }
