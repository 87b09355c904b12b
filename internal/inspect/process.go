package inspect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"isle/internal/cgroup"
	"isle/ns"
)

// Process is what the kernel says of a process at one moment. What could not
// be read is nil or empty, and in Unread.
type Process struct {
	PID     int    `json:"pid"`
	PPID    int    `json:"ppid"`
	Start   uint64 `json:"start"` // in clock ticks since the boot
	Comm    string `json:"comm"`
	Command string `json:"command"`
	Exe     string `json:"exe,omitempty"`
	Root    string `json:"root,omitempty"` // where its root is, as seen from here
	// NS are the inode numbers of its namespaces, by kind.
	NS [len(ns.Kinds)]uint64 `json:"ns"`

	Credentials Credentials `json:"credentials"`
	IDs         IDs         `json:"ids"`
	Cgroups     []Cgroup    `json:"cgroups"`
	// Resources are the limits that its cgroups set.
	Resources   []cgroup.Limit `json:"resources"`
	Mounts      []Mount        `json:"mounts"`
	Descriptors []Descriptor   `json:"descriptors"`
	Limits      []Limit        `json:"limits"`

	Network *Network `json:"network"`
	IPC     *IPC     `json:"ipc"`
	Names   *Names   `json:"names"`
	Clocks  *Clocks  `json:"clocks"`

	Unread []Unread `json:"unread,omitempty"`
}

// Unread is something that could not be read.
type Unread struct {
	What string `json:"what"` // "network", "descriptors"
	Why  string `json:"why"`
}

// GoneError is a process that is not there, or not any more.
type GoneError struct{ PID int }

func (e *GoneError) Error() string { return fmt.Sprintf("there is no process %d", e.PID) }

// look is one way to find something out about a process.
type look struct {
	what string
	read func(*Process) error
}

// looks are all of them, in the order of a Process's fields.
var looks = [...]look{
	{"namespaces", (*Process).readNamespaces},
	{"command", (*Process).readCommand},
	{"credentials", (*Process).readCredentials},
	{"id maps", (*Process).readIDs},
	{"cgroups", (*Process).readCgroups},
	{"mounts", (*Process).readMounts},
	{"descriptors", (*Process).readDescriptors},
	{"limits", (*Process).readLimits},
	{"clocks", (*Process).readClocks},
	{"sockets", (*Process).readSockets},
	{"network, IPC and names", (*Process).enter},
}

// Look looks at a process; pid 0 is this one. The error is a *GoneError: what
// may not be read is not an error, but in Unread.
func Look(pid int) (*Process, error) {
	if pid == 0 {
		pid = os.Getpid()
	}
	p := &Process{PID: pid, Network: &Network{}}
	if err := p.readStat(); err != nil {
		return nil, &GoneError{pid}
	}
	start := p.Start
	for _, l := range looks {
		if err := l.read(p); err != nil {
			p.missed(l.what, err)
		}
	}
	// The number may have come to mean another process meanwhile.
	if err := p.readStat(); err != nil || p.Start != start {
		return nil, &GoneError{pid}
	}
	return p, nil
}

// Surroundings is a short look: at the namespaces and the mounts only.
func Surroundings(pid int) (*Process, error) {
	p := &Process{PID: pid}
	if err := p.readStat(); err != nil {
		return nil, &GoneError{pid}
	}
	if err := p.readNamespaces(); err != nil {
		p.missed("namespaces", err)
	}
	if err := p.readMounts(); err != nil {
		p.missed("mounts", err)
	}
	return p, nil
}

// missed notes what could not be read.
func (p *Process) missed(what string, err error) {
	why := err.Error()
	if errors.Is(err, fs.ErrPermission) {
		why = "that takes the right to trace the process (ptrace(2)), or to enter its namespaces"
	}
	p.Unread = append(p.Unread, Unread{what, why})
}

// Missed says whether something could not be read.
func (p *Process) Missed(what string) bool {
	for _, u := range p.Unread {
		if u.What == what {
			return true
		}
	}
	return false
}

// path is a path below /proc/PID.
func (p *Process) path(below string) string { return "/proc/" + strconv.Itoa(p.PID) + "/" + below }

func (p *Process) read(below string) (string, error) {
	text, err := os.ReadFile(p.path(below))
	return string(text), err
}

// longestCommand is how much of a command line is read, in bytes: it may be said
// to be of any length.
const longestCommand = 16 << 10

// beginning reads as much of a file.
func (p *Process) beginning(below string) (string, error) {
	f, err := os.Open(p.path(below))
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, longestCommand))
	return string(text), err
}

// readNamespaces reads the eight links.
func (p *Process) readNamespaces() error {
	var errs error
	for _, k := range ns.Kinds {
		id, err := ns.IDOf(p.PID, k)
		p.NS[k] = id.Ino
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = err // of a kind that this kernel has
		}
	}
	return errs
}

func (p *Process) readCommand() error {
	text, err := p.beginning("cmdline")
	p.Command = strings.ToValidUTF8(strings.ReplaceAll(strings.TrimRight(text, "\x00"), "\x00", " "), "�")
	if p.Command == "" {
		p.Command = p.Comm
	}
	if err != nil {
		return err
	}
	if p.Exe, err = os.Readlink(p.path("exe")); err != nil {
		return err
	}
	p.Root, err = os.Readlink(p.path("root"))
	return err
}
