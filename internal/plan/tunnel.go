package plan

import (
	"fmt"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Tunnel opens a directory before namespaces are entered or the root changes,
// so that it can be made the root or working directory afterwards although it
// may have no path there. Dir "." is the working directory of that moment.
type Tunnel struct {
	Dir string
	// Inside says that Dir is looked up after namespaces were entered.
	Inside bool
	fd     *program.Instr
}

// Words describes the step.
func (s *Tunnel) Words() string {
	switch {
	case s.Dir == ".":
		return "remember the working directory"
	case s.Inside:
		return "open " + s.Dir + " as seen inside"
	}
	return "open " + s.Dir + " while it can still be seen"
}

// Facts gives the directory.
func (s *Tunnel) Facts() why.Facts { return why.Facts{Op: why.OpChdir, Target: s.Dir} }

// Shell opens it as a descriptor of the shell, which its children inherit.
func (s *Tunnel) Shell(*Script) {}

// Lower opens the directory. That it is none shows when it is gone to.
func (s *Tunnel) Lower(l *Lowering) {
	doing := "cannot open " + s.Dir
	if s.Inside || s.Dir == "." {
		doing = "cannot open current working directory"
	}
	s.fd = l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(s.Dir), program.Imm(unix.O_PATH|unix.O_CLOEXEC)).Called(doing)
}

// Surface makes tunnelled directories the root and the working directory.
type Surface struct{ Root, Dir *Tunnel } // either may be nil

// Words describes the step.
func (s *Surface) Words() string {
	root, dir := "", ""
	if s.Root != nil {
		root = "make " + s.Root.Dir + " the root directory"
	}
	if s.Dir != nil {
		dir = "go to " + s.Dir.Dir
		if s.Dir.Dir == "." {
			dir = "return to the working directory"
		}
	}
	if root != "" && dir != "" {
		return root + " and " + dir
	}
	return root + dir
}

// Facts gives the directory that it is about.
func (s *Surface) Facts() why.Facts {
	if s.Root == nil {
		return why.Facts{Op: why.OpChdir, Target: s.Dir.Dir}
	}
	return why.Facts{Op: why.OpChroot, Target: s.Root.Dir, Root: s.Root.Dir}
}

// Shell gives nsenter the options.
func (s *Surface) Shell(sh *Script) {
	if s.Root != nil {
		sh.Enter("--root=" + s.Root.Dir)
	}
	switch {
	case s.Dir == nil || s.Dir.Dir == ".":
	case s.Dir.Inside:
		sh.Enter("--wdns=" + s.Dir.Dir)
	default:
		sh.Enter("--wd=" + s.Dir.Dir)
	}
}

// Lower adds the calls. A directory that is looked up inside is so in the root.
func (s *Surface) Lower(l *Lowering) {
	if s.Root != nil {
		l.Call(unix.SYS_FCHDIR, s.Root.fd.Result()).Called("change directory by root file descriptor failed")
		l.Call(unix.SYS_CHROOT, l.Str(".")).Called("chroot failed")
	}
	if s.Dir != nil {
		if s.Dir.Inside {
			s.Dir.Lower(l)
		}
		l.Call(unix.SYS_FCHDIR, s.Dir.fd.Result()).Called("change directory by working directory file descriptor failed")
	}
}

// Follow makes the process's user or group the one that the target has, as
// seen from where the process is then.
type Follow struct {
	Target     *Target
	UID, GID   bool
	DropGroups bool
	Dropped    *Identity // as in Identity
	stat       program.Cell
}

// Words describes the step.
func (s *Follow) Words() string {
	what := "user and group"
	if !s.UID {
		what = "group"
	} else if !s.GID {
		what = "user"
	}
	return fmt.Sprintf("take the %s of process %d", what, s.Target.PID)
}

// Facts gives the pid.
func (s *Follow) Facts() why.Facts { return why.Facts{Op: why.OpIdentity, PID: s.Target.PID} }

// Shell gives nsenter the options.
func (s *Follow) Shell(sh *Script) {
	if s.UID {
		sh.Enter("--setuid", "follow")
	}
	if s.GID {
		sh.Enter("--setgid", "follow")
	}
}

// Lower reads the owner of /proc/PID and takes it on.
func (s *Follow) Lower(l *Lowering) {
	s.stat = l.Cell(144, "stat")
	fstatAt(l.Builder, s.Target.proc(l), s.stat)
	if s.DropGroups {
		(&Identity{Dropped: s.Dropped}).lowerGroups(l)
	}
	if s.GID {
		gid := l.And(s.stat.Load(statGID), program.Imm(0xffffffff))
		l.Call(unix.SYS_SETGID, gid.Result()).Called("setgid() failed")
	}
	if s.UID {
		uid := l.And(s.stat.Load(statUID), program.Imm(0xffffffff))
		l.Call(unix.SYS_SETUID, uid.Result()).Called("setuid() failed")
	}
}

// JoinCgroup moves the process into a cgroup, given by its directory.
type JoinCgroup struct{ Dir string }

// Words describes the step.
func (s *JoinCgroup) Words() string { return "join the cgroup at " + s.Dir }

// Facts gives the directory.
func (s *JoinCgroup) Facts() why.Facts { return why.Facts{Op: why.OpCgroup, Target: s.Dir} }

// Shell writes to the cgroup.
func (s *JoinCgroup) Shell(sh *Script) { sh.Line("echo 0 >" + Quote(s.Dir+"/cgroup.procs")) }

// Lower writes to the cgroup; 0 stands for the writer itself.
func (s *JoinCgroup) Lower(l *Lowering) {
	writeFile(l.Builder, program.Imm(unix.AT_FDCWD), s.Dir+"/cgroup.procs", "0", "write to "+s.Dir+"/cgroup.procs failed")
}
