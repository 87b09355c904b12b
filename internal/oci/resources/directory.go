package resources

import (
	"errors"
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// made is a directory that Create made.
type made struct {
	top  int // descriptor of the hierarchy's mount
	path string
}

// make makes the group's directory, and those above it that are missing. One that
// is there already must be unused, unless it is known to be ours.
func (t *Tree) make(r *specs.LinuxResources, known bool, all *[]made) error {
	if err := t.open(); err != nil {
		return err
	}
	err := unix.Mkdirat(t.top, t.Path, 0o755)
	switch err {
	case nil:
		*all = append(*all, made{t.top, t.Path})
		return t.inherit(t.Path, r)
	case unix.EEXIST:
		if known {
			return nil
		}
		return t.unused()
	case unix.ENOENT:
	default:
		return &Error{Doing: "make the cgroup " + t.Dir(), Err: err, Hint: hint("", err)}
	}
	for _, dir := range append(above(t.Path)[1:], t.Path) {
		err := unix.Mkdirat(t.top, dir, 0o755)
		if err != nil && err != unix.EEXIST {
			return &Error{Doing: "make the cgroup " + t.Mount + "/" + dir, Err: err, Hint: hint("", err)}
		}
		if err == nil {
			*all = append(*all, made{t.top, dir})
			if err := t.inherit(dir, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// inherit gives a new cpuset of version 1 what it needs to hold a process; what
// the resources ask for comes later.
func (t *Tree) inherit(dir string, r *specs.LinuxResources) error {
	if !t.has("cpuset") {
		return nil
	}
	last := dir == t.Path && r != nil && r.CPU != nil
	if !last || r.CPU.Cpus == "" {
		if err := t.inheritFile(dir, "cpuset.cpus"); err != nil {
			return err
		}
	}
	if !last || r.CPU.Mems == "" {
		return t.inheritFile(dir, "cpuset.mems")
	}
	return nil
}

func (t *Tree) inheritFile(dir, file string) error {
	text, err := t.fill(parent(dir), file)
	if err == nil {
		err = t.writeAt(below(dir, file), text)
	}
	if err != nil {
		return &Error{Doing: "set " + file + " of " + t.Mount + "/" + dir + " to that of the cgroup above", Err: err, Hint: hint(file, err)}
	}
	return nil
}

// fill gives what a directory has, after filling it from above if it is empty.
func (t *Tree) fill(dir, file string) (string, error) {
	text, err := t.readAt(below(dir, file))
	if err != nil || len(text) > 1 || dir == "" { // an empty list is a line end
		return text, err
	}
	if text, err = t.fill(parent(dir), file); err == nil {
		err = t.writeAt(below(dir, file), text)
	}
	return text, err
}

// ErrInUse is the cause of an error if a group belongs to somebody else.
var ErrInUse = errors.New("cgroup in use")

// inUse is how it is used.
type inUse string

func (e inUse) Error() string { return string(e) }

func (e inUse) Is(target error) bool { return target == ErrInUse }

// unused refuses a group that somebody uses.
func (t *Tree) unused() error {
	doing := "use the cgroup " + t.Dir() + ", which is there already"
	pids, err := t.pids(true)
	if err != nil && !gone(err) {
		return &Error{Doing: doing, Err: err, Hint: hint("", err)}
	}
	if len(pids) > 0 {
		return &Error{Doing: doing, Err: inUse(fmt.Sprintf("container's cgroup is not empty: %d process(es) found", len(pids))), Hint: fmt.Sprintf("one is %d", pids[0])}
	}
	if frozen, _ := t.frozen(); frozen {
		return &Error{Doing: doing, Err: inUse("container's cgroup unexpectedly frozen"), Hint: "thaw it, or remove it with rmdir"}
	}
	return nil
}

// unmake removes directories, the last first. Somebody else may be in one that
// was above; then that stays.
func unmake(all []made) {
	for i := len(all) - 1; i >= 0; i-- {
		_ = unix.Unlinkat(all[i].top, all[i].path, unix.AT_REMOVEDIR)
	}
}
