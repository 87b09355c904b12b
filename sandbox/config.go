package sandbox

import (
	"fmt"
	"os"
	"syscall"

	"isle/ns"
)

// Config says how a program is isolated. Its zero value isolates nothing: each
// field adds a step or a few to the plan.
type Config struct {
	// New are the kinds of namespace that are created.
	New ns.Set
	// Join are namespaces that are entered, before the new ones are created.
	Join []Namespace

	// UIDMap and GIDMap map ids of a new user namespace. Both nil map this
	// process's own user and group to root inside.
	UIDMap, GIDMap []IDMap

	// Root is the program's root directory; nil leaves this process's.
	Root *Root
	// Mounts are made inside the root, in order. They need Root.
	Mounts []Mount

	// Hostname and Domainname name a new UTS namespace.
	Hostname, Domainname string
	// Monotonic and Boottime shift the clocks of a new time namespace, in seconds.
	Monotonic, Boottime *int64

	// Env is the environment, "NAME=value"; nil is this process's own.
	Env []string
	// Dir is the working directory in the root; empty is "/" with a Root, and
	// otherwise this process's own.
	Dir string
	// User is who the program runs as, in terms of the user namespace it is in.
	User *User
	// Capabilities are those the program has if it runs as user 0, and that it
	// could get otherwise: names as in capabilities(7). Nil leaves them alone.
	Capabilities *[]string
	// NoNewPrivs keeps the program from gaining privileges through files.
	NoNewPrivs bool
	// Seccomp is a filter for the program's system calls.
	Seccomp *Seccomp
	// ReadOnlyPaths and ReadWritePaths, if there are any, are all that the
	// program can reach of the file system (landlock(7)).
	ReadOnlyPaths, ReadWritePaths []string
	// Rlimits are resource limits.
	Rlimits []Rlimit

	// Init runs the program under a small process that is PID 1 in its place,
	// passes signals on and waits for orphans.
	Init bool
	// Terminal gives the program a pseudo terminal of its own as standard
	// input and outputs; Cmd.Console is the other end.
	Terminal bool
	// DeathSignal is sent to the program when this process ends; 0 is none.
	// Start may be called from any goroutine: it uses a thread that it keeps
	// until the program has ended, and so does not see what the caller changed
	// of its own thread only (PR_SET_PDEATHSIG(2const)).
	DeathSignal syscall.Signal
	// NewSession makes the program the leader of a session without a
	// terminal, so that it cannot type into the one this process has.
	NewSession bool
	// PreserveFDs is the number of this process's own descriptors, from 3 on,
	// that the program is given; it excludes ExtraFiles.
	PreserveFDs int
	// ExtraFiles become descriptors 3 and on. All others are closed.
	ExtraFiles []*os.File
}

// Namespace is an existing namespace, named by one of the two.
type Namespace struct {
	Kind ns.Kind
	Path string // a file such as /proc/PID/ns/net or a bind mount of one
	PID  int    // a process that is in it
}

// File is the namespace's file, Path or that of the process.
func (n Namespace) File() string {
	if n.Path != "" {
		return n.Path
	}
	return fmt.Sprintf("/proc/%d/ns/%s", n.PID, n.Kind.File())
}

// IDMap maps Count ids from Inside on, in a user namespace, to those from
// Outside on in its parent (user_namespaces(7)).
type IDMap struct{ Inside, Outside, Count uint32 }

// Root is where a program's root directory comes from.
type Root struct {
	// Dir is the directory; empty stands for the host's own root, seen through
	// overlays.
	Dir string
	// Overlay lets writes go to an overlay above Dir, which is not changed.
	Overlay bool
	// Keep is the directory that keeps what is written to the overlay; empty
	// lets it vanish with the program.
	Keep string
	// ReadOnly makes the root read-only.
	ReadOnly bool
	// Bare leaves out what a container engine puts into every root: /proc,
	// /sys, /dev, hidden and read-only paths.
	Bare bool
}

// Mount is a mount inside the root.
type Mount struct {
	// Type is "bind", "tmpfs" or another type of file system.
	Type string
	// Source is, for a bind, a path of the host.
	Source string
	// Target is a path in the root; what is missing of it is made.
	Target string
	// Options are as in mount(8): "ro", "nosuid", "size=1m"…
	Options []string
}

// User is a user, a group and supplementary groups by number.
type User struct {
	UID, GID uint32
	Groups   []uint32
}

// Seccomp is a filter in classic BPF (seccomp(2)).
type Seccomp struct {
	Name   string // for plans and messages
	Filter []byte // struct sock_filter, 8 bytes each
	Flags  uint   // SECCOMP_FILTER_FLAG_*
}

// Rlimit is a resource limit (getrlimit(2)).
type Rlimit struct {
	Name       string // "nofile", "nproc"…
	Soft, Hard uint64
}
