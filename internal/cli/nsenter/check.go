package nsenter

import "errors"

const (
	errNoTarget    problem = "no target PID specified"
	errNoNamespace problem = "no namespace specified"
)

// problem is an error without more to say than its text.
type problem string

func (p problem) Error() string { return string(p) }

// check refuses a command line that lacks something, in the order in which
// nsenter(1) finds out.
func (o *Options) check() error {
	if o.PID == 0 {
		if err := o.needsTarget(); err != nil {
			return err
		}
	}
	if o.Enter == 0 && !o.All {
		return errNoNamespace
	}
	return nil
}

// needsTarget returns the error of a command line without a target that wants
// something of one.
func (o *Options) needsTarget() error {
	if o.All || o.NetSocket != nil || o.UserParent || o.entersTargets() {
		return errNoTarget
	}
	for _, want := range [...]struct {
		wanted bool
		what   string
	}{{o.Root.OfTarget, "root"}, {o.WD.OfTarget, "cwd"}, {o.Env, "environ"}, {o.JoinCgroup, "cgroup"}} {
		if want.wanted {
			return errors.New("neither filename nor target pid supplied for " + want.what)
		}
	}
	if o.UID != nil && o.UID.Follow || o.GID != nil && o.GID.Follow {
		return errNoTarget
	}
	return nil
}

// entersTargets says whether a namespace of the target's own is entered.
func (o *Options) entersTargets() bool {
	for _, k := range o.Enter.Kinds() {
		if _, ok := o.From[k]; !ok {
			return true
		}
	}
	return false
}
