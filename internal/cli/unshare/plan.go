package unshare

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
	"isle/internal/idmap"
	"isle/internal/plan"
	"isle/ns"
	"isle/sandbox"
)

const binfmt = "binfmt_misc"

// Plan is what the options ask for, in the order of unshare(1).
func (o *Options) Plan() (*plan.Plan, error) {
	p := &plan.Plan{InPlace: !o.Fork}
	host := idmap.Local()
	if w := o.Owner; w != nil {
		p.Add(&plan.Identity{UID: &w.UID, GID: &w.GID, DropGroups: true})
		host.EUID, host.EGID = w.UID, w.GID
	}
	if o.New != 0 || o.Fork {
		p.Add(&plan.Create{Kinds: o.New, InPlace: !o.Fork})
	}
	if err := o.maps(p, host); err != nil {
		return nil, err
	}
	if o.Monotonic != nil || o.Boottime != nil {
		p.Add(&plan.TimeOffsets{Monotonic: o.Monotonic, Boottime: o.Boottime})
	}
	p.EnterTime(o.New)
	for _, k := range ns.Kinds {
		if file, ok := o.Persist[k]; ok {
			p.Add(&plan.Persist{Kind: k, File: file})
		}
	}
	o.mounts(p)
	o.credentials(p)
	o.program(p)
	return p, nil
}

// maps adds the id maps, and who may write them: the owner of the namespace
// has no capability over it before it is mapped, so the caller writes its maps.
func (o *Options) maps(p *plan.Plan, host idmap.Host) error {
	users, err := o.Users.Resolve(host, idmap.Users)
	if err != nil {
		return err
	}
	groups, err := o.Groups.Resolve(host, idmap.Groups)
	if err != nil {
		return err
	}
	step, err := sandbox.MapStep(host, users, groups)
	if err != nil {
		return err
	}
	if o.Owner != nil {
		step.UIDBy, step.GIDBy, step.Setgroups = plan.ByParent, plan.ByParent, ""
	}
	if o.Setgroups != "" {
		step.Setgroups = o.Setgroups
	}
	if step.UID != "" || step.GID != "" || step.Setgroups != "" {
		p.Add(step)
	}
	return nil
}

func (o *Options) mounts(p *plan.Plan) {
	if o.New.Has(ns.Mount) && o.Propagation != "unchanged" {
		p.Add(&plan.Propagation{Mode: o.Propagation, Target: "/"})
	}
	early := o.LoadInterp != "" && o.Root != "" && interpreterIsOpened(o.LoadInterp)
	if early {
		p.Add(mountOf(binfmt, binfmtDir), &plan.Register{Dir: binfmtDir, Interpreter: o.LoadInterp})
	}
	if o.Root != "" {
		p.Add(&plan.Chroot{Dir: o.Root}, &plan.Chdir{Dir: "/"})
	}
	if o.WD != "" {
		p.Add(&plan.Chdir{Dir: o.WD})
	}
	if o.MountProc != "" {
		if o.Propagation != "private" && o.Root == "" {
			p.Add(&plan.Propagation{Mode: "private", Target: o.MountProc, Tolerant: true})
		}
		p.Add(mountOf("proc", o.MountProc))
	}
	if o.MountBinfmt != "" {
		p.Add(mountOf(binfmt, o.MountBinfmt))
	}
	if o.LoadInterp != "" && !early {
		p.Add(&plan.Register{Dir: o.MountBinfmt, Interpreter: o.LoadInterp})
	}
}

func mountOf(fstype, target string) plan.Step {
	return &plan.MountType{Source: fstype, Target: target, Type: fstype, Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC}
}

// interpreterIsOpened says whether the flags of a registration have F: the
// kernel opens the interpreter at once, so it is found in the old root.
func interpreterIsOpened(registration string) bool {
	if registration == "" {
		return false
	}
	fields := strings.Split(registration[1:], registration[:1])
	return len(fields) > 6 && strings.Contains(fields[6], "F")
}

func (o *Options) credentials(p *plan.Plan) {
	if o.UID != nil || o.GID != nil {
		p.Add(&plan.Identity{UID: o.UID, GID: o.GID, DropGroups: o.GID != nil})
	}
	if o.KeepCaps && o.New.Has(ns.User) {
		p.Add(&plan.KeepCaps{})
	}
}

func (o *Options) program(p *plan.Plan) {
	if o.KillChild != 0 {
		p.Add(&plan.DeathSignal{Signal: int(o.KillChild), Name: strings.TrimPrefix(unix.SignalName(o.KillChild), "SIG")})
	}
	p.Add(&plan.Handover{Keep: o.PreserveFDs}, parent.Program(o.Program, o.environment(), o.Root))
}

func (o *Options) environment() []string {
	if !o.ClearEnv {
		return os.Environ()
	}
	var env []string
	for _, name := range o.KeepEnv {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
