package ns

import (
	"cmp"
	"slices"
	"time"
)

// Snapshot is what a scan found of a host: the namespaces, by what each is held,
// and the processes. It can be written as JSON and read again elsewhere.
type Snapshot struct {
	Version int       `json:"version"` // of this form: SnapshotVersion
	Host    string    `json:"host"`
	Kernel  string    `json:"kernel"` // release
	Taken   time.Time `json:"taken"`
	Dev     uint64    `json:"dev"` // device number of all namespaces' files

	Namespaces []*Namespace `json:"namespaces"` // by inode number
	Processes  []*Process   `json:"processes"`  // by pid
	Unread     Unread       `json:"unread"`
}

// SnapshotVersion is the version of the form in which a Snapshot is written. It
// changes when a field changes its meaning.
const SnapshotVersion = 1

// Unread counts what a scan could not look into, for lack of privilege.
type Unread struct {
	Namespaces  int `json:"namespaces"`  // processes whose namespaces
	Descriptors int `json:"descriptors"` // processes whose descriptors
	Sockets     int `json:"sockets"`     // sockets whose network namespaces
	Mounts      int `json:"mounts"`      // mount namespaces whose mounts
}

// Any says whether there is something that a scan with more privilege could see.
func (u Unread) Any() bool { return u != Unread{} }

// Namespace is a namespace that was found.
type Namespace struct {
	Inode uint64 `json:"inode"`
	Kind  Kind   `json:"kind"`
	// Unique is a number that is never given away again; 0 where the kernel,
	// before Linux 6.18, does not tell (ioctl_ns(2), NS_GET_ID).
	Unique uint64 `json:"unique,omitempty"`
	// Owner is the inode number of the user namespace that owns it; of a user
	// namespace it is the parent. 0 if it is out of sight, or there is none.
	Owner uint64 `json:"owner,omitempty"`
	// Parent is that of a user or PID namespace.
	Parent uint64 `json:"parent,omitempty"`
	// OwnerUID is who made a user namespace; nil for other kinds.
	OwnerUID *uint32 `json:"ownerUID,omitempty"`
	Held     Holders `json:"held"`
}

// Holders are what keeps a namespace alive.
type Holders struct {
	// Processes are the pids of those that are in it, ascending.
	Processes []int `json:"processes,omitempty"`
	// Tasks are threads that are in it while their process's first is not.
	Tasks []Task `json:"tasks,omitempty"`
	// ForChildren are processes whose next children will be in it.
	ForChildren []int `json:"forChildren,omitempty"`
	// Files are descriptors of it, and Sockets those of sockets in it.
	Files   []Descriptor `json:"files,omitempty"`
	Sockets []Descriptor `json:"sockets,omitempty"`
	// Mounts are bind mounts of it.
	Mounts []BindMount `json:"mounts,omitempty"`
	// Listed says that the kernel lists it as in use, though nothing of the above
	// was found: that may be out of this process's sight.
	Listed bool `json:"listed,omitempty"`
	// Kin says that another namespace has it as its owner or parent.
	Kin bool `json:"kin,omitempty"`
}

// Task is a thread.
type Task struct {
	PID int `json:"pid"`
	TID int `json:"tid"`
}

// Descriptor is a descriptor of a process.
type Descriptor struct {
	PID int `json:"pid"`
	FD  int `json:"fd"`
}

// BindMount is a mount of a namespace's file.
type BindMount struct {
	// Mount is the inode number of the mount namespace that it is in, and Path
	// the mount point there.
	Mount uint64 `json:"mount"`
	Path  string `json:"path"`
}

// ID is the namespace's identity.
func (s *Snapshot) ID(n *Namespace) ID { return ID{s.Dev, n.Inode} }

// Find returns the namespace of an inode number, nil if there is none.
func (s *Snapshot) Find(inode uint64) *Namespace {
	i, ok := slices.BinarySearchFunc(s.Namespaces, inode, func(n *Namespace, inode uint64) int { return cmp.Compare(n.Inode, inode) })
	if !ok {
		return nil
	}
	return s.Namespaces[i]
}

// Process returns the process of a pid, nil if there is none.
func (s *Snapshot) Process(pid int) *Process {
	i, ok := slices.BinarySearchFunc(s.Processes, pid, func(p *Process, pid int) int { return cmp.Compare(p.PID, pid) })
	if !ok {
		return nil
	}
	return s.Processes[i]
}
