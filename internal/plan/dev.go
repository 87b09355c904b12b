package plan

import (
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Dev puts a minimal /dev together: a tmpfs with the devices that are safe to
// have, terminals of its own, shared memory, message queues and the links that
// programs expect (the OCI runtime specification, "Default Devices").
type Dev struct {
	Root *Root
	// Bind binds the host's devices instead of making nodes, which a user
	// namespace forbids.
	Bind bool
	// TTYGroup owns terminals, if it is mapped; -1 leaves them to their user.
	TTYGroup int
	// HostIPC leaves out shared memory and message queues, for other steps to
	// bind those of an IPC namespace that is not new.
	HostIPC bool
	ShmSize string // of /dev/shm, as tmpfs(5) takes it; empty: 64 MiB
}

type device struct {
	name         string
	major, minor uint32
}

var devices = []device{{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}}

var devLinks = [][2]string{
	{"/proc/self/fd", "fd"}, {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"}, {"pts/ptmx", "ptmx"},
}

// Words describes the step.
func (s *Dev) Words() string {
	words := "put a minimal /dev together: null, zero, full, random, urandom, tty, pts"
	if s.HostIPC {
		return words
	}
	return words + ", shm, mqueue"
}

// Facts describes the mount.
func (s *Dev) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Source: "tmpfs", Target: "/dev", FSType: "tmpfs"}
}

func (s *Dev) mounts() []MountType {
	pts := ptsOptions
	if s.TTYGroup >= 0 {
		pts += ",gid=" + strconv.Itoa(s.TTYGroup)
	}
	size := s.ShmSize
	if size == "" {
		size = "65536k"
	}
	terminals := MountType{Source: "devpts", Target: "pts", Type: "devpts", Flags: unix.MS_NOSUID | unix.MS_NOEXEC, Data: pts}
	if s.HostIPC {
		return []MountType{terminals}
	}
	return []MountType{
		terminals,
		{Source: "shm", Target: "shm", Type: "tmpfs", Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, Data: "mode=1777,size=" + size},
		{Source: "mqueue", Target: "mqueue", Type: "mqueue", Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC},
	}
}

const ptsOptions = "newinstance,ptmxmode=0666,mode=0620"

const devOptions = "mode=0755,size=65536k"

// Shell prints the commands.
func (s *Dev) Shell(sh *Script) {
	dev := s.Root.Dir + "/dev"
	sh.Command("mkdir", "-p", dev)
	sh.Command("mount", "-t", "tmpfs", "-o", "nosuid,"+devOptions, "tmpfs", dev)
	for _, d := range devices {
		path := dev + "/" + d.name
		if s.Bind {
			sh.Command("touch", path)
			sh.Command("mount", "--bind", "/dev/"+d.name, path)
		} else {
			sh.Command("mknod", "-m", "666", path, "c", strconv.Itoa(int(d.major)), strconv.Itoa(int(d.minor)))
		}
	}
	for _, m := range s.mounts() {
		m.Target = dev + "/" + m.Target
		sh.Command("mkdir", m.Target)
		m.Shell(sh)
	}
	for _, link := range devLinks {
		sh.Command("ln", "-s", link[0], dev+"/"+link[1])
	}
}

// Lower works in the new tmpfs as the working directory: nobody else can have
// put anything there.
func (s *Dev) Lower(l *Lowering) {
	here := program.Imm(unix.AT_FDCWD)
	l.Call(unix.SYS_FCHDIR, s.Root.target(l, "/dev", false, true).Load(0)).Called("go to /dev in the root")
	l.Call(unix.SYS_MOUNT, l.Str("tmpfs"), l.Str("."), l.Str("tmpfs"), program.Imm(unix.MS_NOSUID|unix.MS_STRICTATIME), l.Str(devOptions)).
		Called("mount tmpfs on /dev")
	l.Call(unix.SYS_FCHDIR, s.Root.resolveExact(l, "/dev", unix.O_PATH|unix.O_DIRECTORY).Result())
	mask := l.Call(unix.SYS_UMASK, program.Imm(0))
	for _, d := range devices {
		s.device(l, d)
	}
	for _, m := range s.mounts() {
		l.Call(unix.SYS_MKDIRAT, here, l.Str(m.Target), program.Named(0o755, "0755"))
		data := program.Null()
		if m.Data != "" {
			data = l.Str(m.Data)
		}
		mount := l.Call(unix.SYS_MOUNT, l.Str(m.Source), l.Str(m.Target), l.Str(m.Type), program.Imm(m.Flags), data).
			Called("mount " + m.Type + " on /dev/" + m.Target)
		if m.Type == "devpts" && s.TTYGroup >= 0 {
			s.withoutGroup(l, mount, m)
		}
	}
	for _, link := range devLinks {
		l.Call(unix.SYS_SYMLINKAT, l.Str(link[0]), here, l.Str(link[1])).Called("make /dev/" + link[1])
	}
	l.Call(unix.SYS_UMASK, mask.Result())
}

// withoutGroup mounts devpts once more without the group of terminals, where
// the kernel says that the user namespace does not have it.
func (s *Dev) withoutGroup(l *Lowering, mount *program.Instr, m MountType) {
	unmapped, mounted := l.Label("unmapped"), l.Label("mounted")
	mount.OnErrno(int(unix.EINVAL), unmapped).Then(mounted)
	l.Mark(unmapped)
	l.Call(unix.SYS_MOUNT, l.Str(m.Source), l.Str(m.Target), l.Str(m.Type), program.Imm(m.Flags), l.Str(ptsOptions)).Called(mount.Doing)
	l.Mark(mounted)
}

func (s *Dev) device(l *Lowering, d device) {
	here, name := program.Imm(unix.AT_FDCWD), l.Str(d.name)
	doing := "make /dev/" + d.name
	if !s.Bind {
		l.Call(unix.SYS_MKNODAT, here, name, program.Named(unix.S_IFCHR|0o666, "S_IFCHR|0666"), program.Imm(unix.Mkdev(d.major, d.minor))).Called(doing)
		return
	}
	l.Call(unix.SYS_MKNODAT, here, name, program.Named(unix.S_IFREG|0o666, "S_IFREG|0666"), program.Imm(0)).Called(doing)
	l.Call(unix.SYS_MOUNT, l.Str("/dev/"+d.name), name, program.Null(), program.Imm(unix.MS_BIND), program.Null()).Called("bind the host's /dev/" + d.name)
	frozen(l, here, name, 0).Called("make the host's /dev/" + d.name + " read-only")
}
