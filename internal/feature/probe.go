package feature

import (
	"errors"
	"fmt"
	"sync"
)

// Probe is one question to the host. Its variables are in this package, one for
// each feature; All lists them.
type Probe struct {
	// Name is what is asked for: "clone3", "network namespaces".
	Name string
	// Area groups probes for the reader.
	Area Area
	// For says what in isle needs it.
	For string
	// Since is the first kernel that has it; zero if that is not the kernel's to bring.
	Since Version
	// Config is the build option without which a kernel lacks it, or empty.
	Config string

	need     need
	question question

	mu     sync.Mutex
	known  bool
	detail string
	err    error
}

// Area is a group of probes.
type Area string

// The areas, in the order in which All lists them.
const (
	Processes  Area = "Processes"
	Namespaces Area = "Namespaces"
	Mounts     Area = "Mounts"
	Security   Area = "Security"
	Resources  Area = "Resources"
	Identity   Area = "User and group ids"
	Devices    Area = "Devices"
)

// need says whose use of isle's main commands is impossible without a feature.
type need uint8

const (
	byNone     need = iota
	byOrdinary      // by users without CAP_SYS_ADMIN, who do everything in a user namespace
	byAll
)

// Essential says whether isle's main commands cannot do without the feature in
// a process with this one's privileges.
func (p *Probe) Essential() bool {
	return p.need == byAll || p.need == byOrdinary && userFlag() != 0
}

// question is a way of asking. The answer is a detail worth showing, or an
// error: one that is ErrNotSupported for no, any other for could not tell.
type question interface {
	ask() (detail string, err error)
}

// try is a question that is a function of its own.
type try func() (string, error)

func (t try) ask() (string, error) { return t() }

// ErrNotSupported is what a probe's error is (errors.Is) if the answer is no.
var ErrNotSupported = errors.New("not supported")

// NotSupportedError is the answer no.
type NotSupportedError struct {
	// Name and Since are the probe's.
	Name  string
	Since Version
	// Reason says why, if it is something other than the kernel's age:
	// "user.max_net_namespaces is 0".
	Reason string
	// Fix are the shell commands, for root, that would mend it on this host.
	Fix []string
}

func (e *NotSupportedError) Error() string {
	switch {
	case e.Reason != "":
		return fmt.Sprintf("%s: not supported: %s", e.Name, e.Reason)
	case e.Since != Version{}:
		return fmt.Sprintf("%s: not supported: Linux %s brings it", e.Name, e.Since)
	}
	return e.Name + ": not supported"
}

// Is makes every NotSupportedError be ErrNotSupported.
func (e *NotSupportedError) Is(target error) bool { return target == ErrNotSupported }

// no is the answer no for a reason that is this host's.
func no(reason string, fix ...string) error {
	return &NotSupportedError{Reason: reason, Fix: fix}
}

// Err returns nil if the host has the feature, a *NotSupportedError (which is
// ErrNotSupported) if it has not, and another error if that could not be told.
func (p *Probe) Err() error {
	_, err := p.Ask()
	return err
}

// Ask answers as Err does, with a detail such as a version or a path, which may
// be empty. Yes and no are kept as long as the process lives; could not tell is
// asked again the next time.
func (p *Probe) Ask() (detail string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known {
		return p.detail, p.err
	}
	detail, err = p.question.ask()
	if err != nil {
		detail = ""
		if !errors.Is(err, ErrNotSupported) {
			return "", fmt.Errorf("probe %s: %w", p.Name, err)
		}
		err = p.refuse(err)
	}
	p.known, p.detail, p.err = true, detail, err
	return detail, err
}

// refuse completes a question's no with what the probe knows, and looks for the
// reason in the kernel's configuration if the question had none.
func (p *Probe) refuse(err error) *NotSupportedError {
	refusal := NotSupportedError{Name: p.Name, Since: p.Since}
	if given, ok := errors.AsType[*NotSupportedError](err); ok {
		refusal.Reason, refusal.Fix = given.Reason, given.Fix
	}
	if refusal.Reason == "" && p.Config != "" && builtWithout(p.Config) {
		refusal.Reason = "this kernel was built without " + p.Config
	}
	if running, err := Kernel(); err == nil && running.Less(p.Since) && refusal.Reason != "" {
		refusal.Reason += ", and Linux " + p.Since.String() + " brings it"
	}
	return &refusal
}
