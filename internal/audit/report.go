package audit

import (
	"fmt"

	"golang.org/x/sys/unix"

	"isle/internal/inspect"
)

// Schema is the version of a Report's form.
const Schema = 1

// Options say how to look.
type Options struct {
	// NoStop leaves the process running: its seccomp filters can only be read
	// while it is stopped, and are unknown then. A stop of a moment may end an
	// epoll_wait(2) or the like early, with EINTR (signal(7)).
	NoStop bool
}

// Report is how exposed a process is.
type Report struct {
	Schema  int     `json:"schema"`
	PID     int     `json:"pid"`
	Command string  `json:"command"`
	Score   float64 `json:"score"` // 0 to 10, one decimal
	Grade   string  `json:"grade"` // a word for the score
	// Judged is how much of the rules' weight could be told, from 0 to 1. The
	// score is of that part.
	Judged   float64   `json:"judged"`
	Findings []Finding `json:"findings"` // heaviest first
	Passed   []Finding `json:"passed"`   // with why it is fine as evidence
	Unknown  []Finding `json:"unknown"`  // with why it could not be told as evidence
}

// Finding is what a rule found.
type Finding struct {
	ID       string  `json:"id"`
	Title    string  `json:"title"`
	Evidence string  `json:"evidence"`
	Why      string  `json:"why"`    // it matters
	Isle     string  `json:"isle"`   // the option of isle that closes it
	Engine   string  `json:"engine"` // the option of docker and podman
	Weight   float64 `json:"weight"` // of the rule
	Badness  float64 `json:"badness"`
	Points   float64 `json:"points"` // what it adds to the score
}

// Look audits a live process; pid 0 is this one. The error is an
// *inspect.GoneError.
func Look(pid int, o Options) (*Report, error) { return New().Look(pid, o) }

// Auditor audits processes of a host that it has looked at once.
type Auditor struct{ host *host }

// New looks at the host.
func New() *Auditor { return &Auditor{findHost()} }

// Look audits a process as [Look] does.
func (a *Auditor) Look(pid int, o Options) (*Report, error) { return look(pid, o, a.host) }

// look audits a process as seen against a host.
func look(pid int, o Options, h *host) (*Report, error) {
	if pid == 0 {
		pid = unix.Getpid()
	}
	// The descriptor tells afterwards whether the number still is this process.
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err == nil {
		defer unix.Close(pidfd)
	}
	p, gone := inspect.Look(pid)
	if gone != nil {
		return nil, gone
	}
	s := newSubject(p, h, o)
	defer s.close()
	r := weigh(s)
	if err == nil && unix.PidfdSendSignal(pidfd, 0, nil, 0) == unix.ESRCH {
		return nil, &inspect.GoneError{PID: pid}
	}
	return r, nil
}

// String is the report's first line.
func (r *Report) String() string {
	return fmt.Sprintf("process %d (%s): %.1f, %s", r.PID, r.Command, r.Score, r.Grade)
}
