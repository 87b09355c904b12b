package seccomp

import (
	"errors"
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// policy is a profile, read and checked, before it is known for which machine.
type policy struct {
	otherwise action
	// enosys says that calls newer than the profile are answered ENOSYS.
	enosys bool
	rules  []rule
	// branches are the alternatives of all rules, in order.
	branches []branch
	// size is the number of pairs of a call and a branch for it.
	size    int
	scratch treatments
	names   finder
}

// rule is the part of a profile that treats some calls in one way: its branches
// are branches[first:last] of the policy. There are none if the rule says only
// what would happen anyway, and then it just shows that the profile knows the calls.
type rule struct {
	calls       []*entry
	first, last int
}

// branch is an action, and the conditions that must all hold for it.
type branch struct {
	when []condition
	then action
}

// maxSize bounds the memory that a profile takes: names and conditions multiply.
const maxSize = 1 << 20

func readPolicy(p *specs.LinuxSeccomp) (*policy, error) {
	otherwise, err := readAction(p.DefaultAction, p.DefaultErrnoRet)
	if err != nil {
		return nil, fmt.Errorf("default action: %w", err)
	}
	if otherwise == unix.SECCOMP_RET_USER_NOTIF {
		// The exec of the program itself would wait for a listener nobody has yet.
		return nil, fmt.Errorf("%s cannot be the default action", specs.ActNotify)
	}
	pol := &policy{
		otherwise: otherwise,
		enosys:    !otherwise.permissive(),
		rules:     make([]rule, 0, len(p.Syscalls)),
		branches:  make([]branch, 0, len(p.Syscalls)),
		scratch:   treatments{refs: make([]ref, 0, 512), branches: make([]branch, 0, 512)},
	}
	for i := range p.Syscalls {
		if err := pol.read(&p.Syscalls[i]); err != nil {
			return nil, fmt.Errorf("rule %d: %w", i, err)
		}
	}
	return pol, nil
}

func (p *policy) read(s *specs.LinuxSyscall) error {
	if len(s.Names) == 0 {
		return errors.New("no system call is named")
	}
	then, err := readAction(s.Action, s.ErrnoRet)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Names[0], err)
	}
	ways, err := alternatives(s.Args)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Names[0], err)
	}
	r := rule{calls: make([]*entry, 0, len(s.Names)), first: len(p.branches)}
	for _, name := range s.Names {
		if name == "" {
			return errors.New("a system call's name is empty")
		}
		if call := p.names.find(name); call != nil {
			r.calls = append(r.calls, call)
		}
	}
	if then != p.otherwise {
		for _, when := range ways {
			p.branches = append(p.branches, branch{when, then})
		}
	}
	r.last = len(p.branches)
	if p.size += len(r.calls) * (r.last - r.first); p.size > maxSize {
		return fmt.Errorf("more than %d pairs of a call and a condition", maxSize)
	}
	p.rules = append(p.rules, r)
	return nil
}

// notifies says that some rule hands calls to a supervisor.
func (p *policy) notifies() bool {
	for _, b := range p.branches {
		if b.then == unix.SECCOMP_RET_USER_NOTIF {
			return true
		}
	}
	return false
}
