package why

import (
	"syscall"

	"isle/ns"
)

// Failure is what the engine reports when a step of a plan fails: which system
// call of which step, on what, and with which errno.
type Failure struct {
	// Doing names the step as the message does: "mount proc on /proc".
	Doing string
	// Syscall is the name of the system call that failed: "mount", "clone3".
	Syscall string
	// Errno is what the kernel answered.
	Errno syscall.Errno
	// Facts is what the step knew.
	Facts
}

// Facts is what a step knows of the thing it works on. A step fills in what
// applies and leaves the rest zero.
type Facts struct {
	// Op is the sort of step: one of the constants below.
	Op Op
	// Kinds are the namespaces being created or joined.
	Kinds ns.Set
	// New are the namespaces that the plan had created before this step ran.
	New ns.Set
	// Source, Target and FSType describe a mount, or Target a path or file.
	// Source is as the caller sees it, Target is inside Root.
	Source, Target, FSType string
	// Options is the rest of a mount, as mount(8) takes it after -o:
	// "ro,lowerdir=/a,upperdir=/b,workdir=/c".
	Options string
	// Program concerns an exec: the path tried, or the bare name that was
	// looked for in SearchPath, which is the PATH of the process that was to exec.
	Program, SearchPath string
	// Root is the directory that is, or will be, the process's root as the
	// caller sees it; empty if the plan does not change the root.
	Root string
	// Mounts are those that cover a part of Root: see Cover.
	Mounts string
	// Map is the text being written to an id map file or to timens_offsets.
	Map string
	// PID is the target of a join, 0 if none.
	PID int
	// Parent says that the join is of the user namespace that owns the target's.
	Parent bool
	// Inside says that the process that explains is the one that failed, in
	// whatever root and namespaces the plan has put it; UID and GID are the
	// effective ids it began with.
	Inside   bool
	UID, GID uint32
	// Alone says that the system call was made by a process of one thread,
	// whatever the one that explains has.
	Alone bool
}

// Op is a sort of step.
type Op string

// The sorts of step.
const (
	OpCreate     Op = "create"     // clone3 or unshare with CLONE_NEW* flags
	OpJoin       Op = "join"       // setns
	OpIDMap      Op = "idmap"      // writing uid_map, gid_map, or running newuidmap
	OpSetgroups  Op = "setgroups"  // writing /proc/PID/setgroups or calling setgroups(2)
	OpIdentity   Op = "identity"   // setuid, setgid, capset
	OpMount      Op = "mount"      // a new mount, a bind, a move
	OpRemount    Op = "remount"    // changing flags of an existing mount
	OpUnmount    Op = "unmount"    // umount2
	OpPropagate  Op = "propagate"  // changing mount propagation
	OpPivot      Op = "pivot"      // pivot_root
	OpChroot     Op = "chroot"     // chroot
	OpChdir      Op = "chdir"      // chdir, fchdir
	OpPersist    Op = "persist"    // binding a namespace file onto a path
	OpSeccomp    Op = "seccomp"    // installing a filter
	OpLandlock   Op = "landlock"   // building or entering a ruleset
	OpCgroup     Op = "cgroup"     // joining a cgroup
	OpTimeOffset Op = "timeoffset" // writing timens_offsets
	OpHostname   Op = "hostname"   // sethostname, setdomainname
	OpNetwork    Op = "network"    // bringing a link up
	OpRlimit     Op = "rlimit"     // setrlimit
	OpFile       Op = "file"       // creating a file, directory, link or device node
	OpExec       Op = "exec"       // execve
	OpOther      Op = "other"      // signal masks, descriptors
)
