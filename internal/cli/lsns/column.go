package lsns

import (
	"fmt"
	"strings"
)

// Column is a column of the table.
type Column uint8

// The columns, in the order of --output-all.
const (
	NS Column = iota
	Type
	Path
	NProcs
	PID
	PPID
	Command
	UID
	User
	NetNSID
	NSFS
	PNS
	ONS
)

// columnTable says how each is shown.
var columnTable = [...]struct {
	name   string
	number bool // in JSON; aligned to the right
	hint   int  // width that util-linux gives it
	help   string
}{
	NS:      {"NS", true, 10, "inode number of the namespace"},
	Type:    {"TYPE", false, 5, "kind of namespace"},
	Path:    {"PATH", false, 0, "file of the namespace in /proc"},
	NProcs:  {"NPROCS", true, 5, "number of processes in the namespace"},
	PID:     {"PID", true, 5, "lowest PID in the namespace"},
	PPID:    {"PPID", true, 5, "parent of that process"},
	Command: {"COMMAND", false, 0, "command line of that process"},
	UID:     {"UID", true, 0, "user id of that process"},
	User:    {"USER", false, 0, "name of that user"},
	NetNSID: {"NETNSID", false, 10, "number of a network namespace as seen from here"},
	NSFS:    {"NSFS", false, 10, "where the namespace is bound"},
	PNS:     {"PNS", true, 10, "inode number of the parent of the namespace"},
	ONS:     {"ONS", true, 10, "inode number of the user namespace that owns it"},
}

// String is the column's name, as the heading has it.
func (c Column) String() string { return columnTable[c].name }

func allColumns() []Column {
	all := make([]Column, len(columnTable))
	for i := range all {
		all[i] = Column(i)
	}
	return all
}

// ParseColumns reads names separated by commas, in any case.
func ParseColumns(list string) (cs []Column, err error) {
	for name := range strings.SplitSeq(list, ",") {
		c, ok := columnOf(name)
		if !ok {
			return nil, fmt.Errorf("unknown column: %s", name)
		}
		cs = append(cs, c)
	}
	return cs, nil
}

func columnOf(name string) (Column, bool) {
	for i := range columnTable {
		if strings.EqualFold(columnTable[i].name, name) {
			return Column(i), true
		}
	}
	return 0, false
}
