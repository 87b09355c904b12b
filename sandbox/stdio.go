package sandbox

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
)

// stdio is a Cmd's standard input and outputs on their way to the program.
type stdio struct {
	fds    []int      // what becomes descriptor 0, 1, 2…
	child  []*os.File // the program's ends, closed here once it has them
	parent []*os.File // this process's ends, closed by Wait

	input   func() error   // copies to the program's input
	outputs []func() error // copy from its outputs
	copying sync.WaitGroup // outputs that are being copied
	errs    chan error     // one from each copy
}

// open opens what the program is given. On an error some of it may be open.
func (s *stdio) open(c *Cmd) error {
	if c.Terminal {
		s.fds = []int{0, 1, 2} // the terminal, by then
	} else if err := s.standard(c); err != nil {
		return err
	}
	for i, f := range c.ExtraFiles {
		if err := s.hand(fmt.Sprintf("ExtraFiles[%d]", i), f); err != nil {
			return err
		}
	}
	return nil
}

func (s *stdio) standard(c *Cmd) error {
	if err := s.stdin(c.Stdin); err != nil {
		return err
	}
	if err := s.stdout("Stdout", c.Stdout); err != nil {
		return err
	}
	if c.Stderr != nil && sameWriter(c.Stdout, c.Stderr) {
		s.fds = append(s.fds, s.fds[1])
		return nil
	}
	return s.stdout("Stderr", c.Stderr)
}

func sameWriter(a, b io.Writer) bool {
	defer func() { recover() }() // of types that cannot be compared
	return a == b
}

// hand gives the program a file of the caller's. One that got the number of a
// standard file is close-on-exec, unless it is that file, and is duplicated:
// the plan leaves these where they are.
func (s *stdio) hand(what string, f *os.File) error {
	fd := int(f.Fd()) // -1 of a file that is nil or closed
	if fd < 0 {
		return fmt.Errorf("sandbox: %s: %w", what, os.ErrClosed)
	}
	if fd > 2 || f == os.Stdin || f == os.Stdout || f == os.Stderr {
		s.fds = append(s.fds, fd)
		return nil
	}
	fd, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return fmt.Errorf("sandbox: %s: %w", what, err)
	}
	s.fds = append(s.fds, fd)
	s.child = append(s.child, os.NewFile(uintptr(fd), what))
	return nil
}

// give gives the program a file that this process needs no longer.
func (s *stdio) give(what string, f *os.File) error {
	s.child = append(s.child, f)
	return s.hand(what, f)
}

func (s *stdio) null(what string, flag int) error {
	f, err := os.OpenFile(os.DevNull, flag, 0)
	if err != nil {
		return err
	}
	return s.give(what, f)
}

func (s *stdio) stdin(r io.Reader) error {
	switch f := r.(type) {
	case nil:
		return s.null("Stdin", os.O_RDONLY)
	case *os.File:
		return s.hand("Stdin", f)
	}
	pr, pw, err := os.Pipe()
	if err != nil {
		return err
	}
	s.parent = append(s.parent, pw)
	s.input = func() error {
		_, err := io.Copy(pw, r)
		if errors.Is(err, unix.EPIPE) {
			err = nil // a program that does not read its input is no error
		}
		pw.Close()
		return err
	}
	return s.give("Stdin", pr)
}

func (s *stdio) stdout(what string, w io.Writer) error {
	switch f := w.(type) {
	case nil:
		return s.null(what, os.O_WRONLY)
	case *os.File:
		return s.hand(what, f)
	}
	pr, pw, err := os.Pipe()
	if err != nil {
		return err
	}
	s.parent = append(s.parent, pr)
	s.outputs = append(s.outputs, func() error {
		_, err := io.Copy(w, pr)
		pr.Close() // a writer that fails ends the program's writing too
		return err
	})
	return s.give(what, pw)
}

// handedOver closes what only the program needs.
func (s *stdio) handedOver() { closeAll(&s.child) }

// close closes what this process has of the pipes, which ends the copying.
func (s *stdio) close() { closeAll(&s.parent) }

func closeAll(files *[]*os.File) {
	for _, f := range *files {
		f.Close()
	}
	*files = nil
}

// serve starts the copying.
func (s *stdio) serve() {
	s.errs = make(chan error, len(s.outputs)+1)
	if s.input != nil {
		go func() { s.errs <- s.input() }()
	}
	for _, output := range s.outputs {
		s.copying.Go(func() { s.errs <- output() })
	}
}

// wait waits for the copying to end and closes the pipes. At the deadline, if
// there is one, it closes them before: then nothing writes to the outputs any
// more when it returns, but the input's reader may still be waiting for more.
func (s *stdio) wait(deadline time.Time) error {
	defer s.close()
	var expired <-chan time.Time
	if !deadline.IsZero() {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		expired = timer.C
	}
	left := len(s.outputs)
	if s.input != nil {
		left++
	}
	var first error
	for ; left > 0; left-- {
		select {
		case err := <-s.errs:
			if first == nil {
				first = err
			}
		case <-expired:
			s.close()
			s.copying.Wait()
			return ErrWaitDelay
		}
	}
	return first
}

// withFiles is the plan with a step that puts the descriptors in place, right
// before all others are closed.
func withFiles(p *plan.Plan, s *stdio) *plan.Plan {
	q := *p
	q.Steps = nil
	more, placed := len(s.fds)-3, false
	for _, step := range p.Steps {
		switch x := step.(type) {
		case *plan.Shed: // which closes what is not in its place yet
			q.Add(&plan.Files{From: s.fds})
			placed = true
			step = &plan.Shed{Preserve: x.Preserve + more, Keep: x.Keep}
		case *plan.Handover:
			if !placed {
				q.Add(&plan.Files{From: s.fds})
			}
			step = &plan.Handover{Keep: x.Keep + more}
		}
		q.Add(step)
	}
	return &q
}
