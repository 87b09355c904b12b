package sandbox

import (
	"io"
	"os"

	"isle/internal/plan"
)

// stdio is a Cmd's standard input and outputs on their way to the program.
type stdio struct {
	fds    []int // what becomes descriptor 0, 1, 2…
	child  []*os.File
	parent []*os.File
	copies []func() error
	errs   chan error
}

func (s *stdio) open(c *Cmd) error {
	err := s.input(c.Stdin)
	if err == nil {
		err = s.output(c.Stdout)
	}
	if err == nil && c.Stderr != nil && sameWriter(c.Stdout, c.Stderr) {
		s.fds = append(s.fds, s.fds[1])
	} else if err == nil {
		err = s.output(c.Stderr)
	}
	for _, f := range c.ExtraFiles {
		s.fds = append(s.fds, int(f.Fd()))
	}
	if err != nil {
		s.handedOver()
		s.close()
	}
	return err
}

func sameWriter(a, b io.Writer) bool {
	defer func() { recover() }() // of types that cannot be compared
	return a == b
}

func (s *stdio) null(flag int) error {
	f, err := os.OpenFile(os.DevNull, flag, 0)
	if err == nil {
		s.give(f)
	}
	return err
}

func (s *stdio) give(f *os.File) {
	s.fds = append(s.fds, int(f.Fd()))
	s.child = append(s.child, f)
}

func (s *stdio) input(r io.Reader) error {
	switch f := r.(type) {
	case nil:
		return s.null(os.O_RDONLY)
	case *os.File:
		s.fds = append(s.fds, int(f.Fd()))
		return nil
	}
	pr, pw, err := os.Pipe()
	if err != nil {
		return err
	}
	s.give(pr)
	s.parent = append(s.parent, pw)
	s.copies = append(s.copies, func() error {
		io.Copy(pw, r) // a program that does not read its input is no error
		return pw.Close()
	})
	return nil
}

func (s *stdio) output(w io.Writer) error {
	switch f := w.(type) {
	case nil:
		return s.null(os.O_WRONLY)
	case *os.File:
		s.fds = append(s.fds, int(f.Fd()))
		return nil
	}
	pr, pw, err := os.Pipe()
	if err != nil {
		return err
	}
	s.give(pw)
	s.parent = append(s.parent, pr)
	s.copies = append(s.copies, func() error {
		_, err := io.Copy(w, pr)
		pr.Close()
		return err
	})
	return nil
}

// handedOver closes what only the program needs.
func (s *stdio) handedOver() {
	for _, f := range s.child {
		f.Close()
	}
	s.child = nil
}

func (s *stdio) close() {
	for _, f := range s.parent {
		f.Close()
	}
	s.parent = nil
}

func (s *stdio) serve() {
	s.errs = make(chan error, len(s.copies))
	for _, f := range s.copies {
		go func() { s.errs <- f() }()
	}
}

func (s *stdio) wait() error {
	var first error
	for range s.copies {
		if err := <-s.errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

// withFiles is the plan with a step that puts the descriptors in place, right
// before all others are closed.
func withFiles(p *plan.Plan, s *stdio) *plan.Plan {
	q := *p
	q.Steps = nil
	for _, step := range p.Steps {
		if h, ok := step.(*plan.Handover); ok {
			q.Add(&plan.Files{From: s.fds})
			step = &plan.Handover{Keep: h.Keep + len(s.fds) - 3}
		}
		q.Add(step)
	}
	return &q
}
