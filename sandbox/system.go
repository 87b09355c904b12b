package sandbox

import (
	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/ns"
)

// What the kernel shows of the whole machine, hidden or made read-only as in
// container engines (the OCI runtime specification, "Masked Paths").
var (
	maskedProcFiles = []string{"kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "interrupts"}
	maskedProcDirs  = []string{"acpi", "asound", "scsi"}
	maskedSysDirs   = []string{"firmware", "devices/virtual/powercap"}
	readOnlyProc    = []string{"bus", "fs", "irq", "sys", "sysrq-trigger"}
)

const quiet = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC

// systemSteps are the file systems of the kernel that every root gets.
type systemSteps struct{ mounts, masks []plan.Step }

func (b *builder) system(take *plan.Take) systemSteps {
	var s systemSteps
	c := b.c
	if c.Root.Bare {
		return s
	}
	s.mounts = append(s.mounts, b.proc(take), b.sys(take))
	if cgroup := b.cgroup(); cgroup != nil {
		s.mounts = append(s.mounts, cgroup)
	}
	s.mounts = append(s.mounts, &plan.Dev{Root: b.root, Bind: b.inUserNamespace(), TTYGroup: b.ttyGroup(), HostIPC: b.sharesIPC()})
	if b.sharesIPC() {
		s.mounts = append(s.mounts, b.hostIPC(take)...)
	}
	s.masks = []plan.Step{
		&plan.Mask{Root: b.root, Base: "/proc", Files: maskedProcFiles, Dirs: existing("/proc", maskedProcDirs), ReadOnly: readOnlyProc},
		&plan.Mask{Root: b.root, Base: "/sys", Dirs: existing("/sys", maskedSysDirs)},
	}
	return s
}

// proc is a fresh /proc of the new PID namespace. Without one the host's is
// bound where the kernel refuses a fresh one.
func (b *builder) proc(take *plan.Take) plan.Step {
	fresh := &plan.Fresh{Root: b.root, Exact: true, MountType: plan.MountType{Source: "proc", Target: "/proc", Type: "proc", Flags: quiet}}
	if !b.c.New.Has(ns.PID) {
		fresh.Or = &plan.Bind{Root: b.root, Source: "/proc", Target: "/proc"}
		take.Binds = append(take.Binds, fresh.Or)
	}
	return fresh
}

// sys is a read-only /sys, which shows the devices of the network namespace it
// is mounted in; the kernel grants it to the owner of that namespace only.
func (b *builder) sys(take *plan.Take) plan.Step {
	fresh := &plan.Fresh{Root: b.root, Exact: true, MountType: plan.MountType{Source: "sysfs", Target: "/sys", Type: "sysfs", Flags: quiet | unix.MS_RDONLY}}
	if b.inUserNamespace() {
		fresh.Or = &plan.Bind{Root: b.root, Source: "/sys", Target: "/sys", Attributes: unix.MOUNT_ATTR_RDONLY}
		take.Binds = append(take.Binds, fresh.Or)
	}
	return fresh
}

// cgroup is the hierarchy as the new cgroup namespace shows it, on hosts that
// have the unified one only.
func (b *builder) cgroup() plan.Step {
	var st unix.Statfs_t
	if unix.Statfs("/sys/fs/cgroup", &st) != nil || st.Type != unix.CGROUP2_SUPER_MAGIC || !b.c.New.Has(ns.Cgroup) {
		return nil
	}
	// Where /sys is the host's, its hierarchy is there already.
	return &plan.Fresh{Root: b.root, Exact: true, Detached: b.inUserNamespace(), MountType: plan.MountType{Source: "cgroup2", Target: "/sys/fs/cgroup", Type: "cgroup2", Flags: quiet | unix.MS_RDONLY}}
}

// sharesIPC says whether the program stays in this process's IPC namespace.
func (b *builder) sharesIPC() bool {
	return !b.c.New.Has(ns.IPC) && !joins(b.c.Join, ns.IPC)
}

// hostIPC binds the host's shared memory and message queues, which are part of
// the IPC namespace that is shared; only its owner could mount the latter anew.
func (b *builder) hostIPC(take *plan.Take) []plan.Step {
	const mqueueMagic = 0x19800202
	var steps []plan.Step
	for _, fs := range []struct {
		dir   string
		magic int64
	}{{"/dev/shm", unix.TMPFS_MAGIC}, {"/dev/mqueue", mqueueMagic}} {
		var st unix.Statfs_t
		if unix.Statfs(fs.dir, &st) != nil || int64(st.Type) != fs.magic {
			continue
		}
		bind := &plan.Bind{Root: b.root, Source: fs.dir, Target: fs.dir,
			Attributes: unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR_NOEXEC}
		take.Binds = append(take.Binds, bind)
		steps = append(steps, bind)
	}
	return steps
}

// inUserNamespace says whether the program will be in another user namespace
// than this process, or this process is in one already: device nodes cannot be
// made then.
func (b *builder) inUserNamespace() bool {
	return b.c.New.Has(ns.User) || joins(b.c.Join, ns.User) || !ns.InInitial(ns.User)
}

// ttyGroup is the group that owns terminals, 5 everywhere, if it is mapped.
func (b *builder) ttyGroup() int {
	const tty = 5
	if !b.c.New.Has(ns.User) {
		return tty
	}
	for _, m := range b.c.GIDMap {
		if m.Inside <= tty && tty-m.Inside < m.Count {
			return tty
		}
	}
	return -1
}

// existing are the directories that this kernel has below base.
func existing(base string, names []string) []string {
	var have []string
	for _, n := range names {
		var st unix.Stat_t
		if unix.Stat(base+"/"+n, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR {
			have = append(have, n)
		}
	}
	return have
}
