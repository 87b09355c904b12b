package plan

import (
	"fmt"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Tunnel opens a directory before namespaces are entered, so that it can be
// made the root or working directory afterwards although it may have no path there.
type Tunnel struct {
	Dir string
	fd  *program.Instr
}

// Words describes the step.
func (s *Tunnel) Words() string { return "open " + s.Dir + " while it can still be seen" }

// Facts gives the directory.
func (s *Tunnel) Facts() why.Facts { return why.Facts{Op: why.OpChdir, Target: s.Dir} }

// Shell opens it as a descriptor of the shell, which its children inherit.
func (s *Tunnel) Shell(*Script) {}

// Lower opens the directory.
func (s *Tunnel) Lower(l *Lowering) {
	s.fd = l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(s.Dir), program.Imm(unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC)).
		Called("cannot open " + s.Dir)
}

// Surface makes tunnelled directories the root and the working directory.
type Surface struct{ Root, Dir *Tunnel } // either may be nil

// Words describes the step.
func (s *Surface) Words() string {
	switch {
	case s.Root == nil:
		return "go to " + s.Dir.Dir
	case s.Dir == nil:
		return "make " + s.Root.Dir + " the root directory"
	}
	return "make " + s.Root.Dir + " the root directory and go to " + s.Dir.Dir
}

// Facts gives the root.
func (s *Surface) Facts() why.Facts {
	f := why.Facts{Op: why.OpChdir}
	if s.Root != nil {
		f = why.Facts{Op: why.OpChroot, Target: s.Root.Dir, Root: s.Root.Dir}
	}
	return f
}

// Shell gives nsenter the options.
func (s *Surface) Shell(sh *Script) {
	if s.Root != nil {
		sh.Option("--root=" + s.Root.Dir)
	}
	if s.Dir != nil {
		sh.Option("--wd=" + s.Dir.Dir)
	}
}

// Lower adds the calls.
func (s *Surface) Lower(l *Lowering) {
	if s.Root != nil {
		l.Call(unix.SYS_FCHDIR, s.Root.fd.Result()).Called("change directory by root file descriptor failed")
		l.Call(unix.SYS_CHROOT, l.Str(".")).Called("chroot failed")
	}
	if s.Dir != nil {
		l.Call(unix.SYS_FCHDIR, s.Dir.fd.Result()).Called("change directory by working directory file descriptor failed")
	}
}

// Follow makes the process's user or group the one that the target has, as
// seen from where the process is then.
type Follow struct {
	Target     *Target
	UID, GID   bool
	DropGroups bool
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
		sh.Option("--setuid", "follow")
	}
	if s.GID {
		sh.Option("--setgid", "follow")
	}
}

// Lower reads the owner of /proc/PID and takes it on.
func (s *Follow) Lower(l *Lowering) {
	s.stat = l.Cell(144, "stat")
	fstatAt(l.Builder, s.Target.proc(l), s.stat)
	if s.DropGroups {
		lowerGroups(l, nil, false)
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
