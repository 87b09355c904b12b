package containers

import (
	"os"
	"strconv"
	"strings"

	"isle/internal/cli/verb"
)

// spaces says whether ps is to list namespaces.
func spaces(c *verb.Command) bool { return c.On("namespace") || c.On("ns") }

// Namespaces are the inodes of a container's namespaces. Scripts read the fields,
// which are podman's.
type Namespaces struct {
	Cgroup string `json:",omitempty"`
	IPC    string `json:",omitempty"`
	MNT    string `json:",omitempty"`
	NET    string `json:",omitempty"`
	PIDNS  string `json:",omitempty"`
	UTS    string `json:",omitempty"`
	User   string `json:",omitempty"`
}

// fields are they, each with the name that the kernel has for it.
func (n *Namespaces) fields() []struct {
	file  string
	inode *string
} {
	return []struct {
		file  string
		inode *string
	}{{"cgroup", &n.Cgroup}, {"ipc", &n.IPC}, {"mnt", &n.MNT}, {"net", &n.NET}, {"pid", &n.PIDNS}, {"user", &n.User}, {"uts", &n.UTS}}
}

// namespacesOf looks at a process; 0 is none.
func namespacesOf(pid int) (n Namespaces) {
	for _, f := range n.fields() {
		link, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/ns/" + f.file)
		if _, inode, ok := strings.Cut(strings.TrimSuffix(link, "]"), "["); ok && err == nil {
			*f.inode = inode
		}
	}
	return n
}

// spacesTable are the columns of ps with --namespace.
func spacesTable(c *verb.Command, rows []Row) [][]string {
	lines := [][]string{{"CONTAINER ID", "NAMES", "PID", "CGROUPNS", "IPC", "MNT", "NET", "PIDNS", "USERNS", "UTS"}}
	if c.On("noheading") {
		lines = nil
	}
	for _, r := range rows {
		line := []string{cut(c, r.ID), strings.Join(r.Names, ","), strconv.Itoa(r.Pid)}
		for _, f := range r.Namespaces.fields() {
			line = append(line, *f.inode)
		}
		lines = append(lines, line)
	}
	return lines
}
