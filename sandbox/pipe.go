package sandbox

import (
	"errors"
	"io"
	"os"
)

// StdinPipe returns a pipe to the program's standard input, to be called
// before Start. Wait closes it after the program has ended; a program that
// reads to the end of its input needs the caller to close it before.
func (c *Cmd) StdinPipe() (io.WriteCloser, error) {
	if c.Stdin != nil {
		return nil, errors.New("sandbox: Stdin already set")
	}
	r, w, err := c.pipe()
	if err != nil {
		return nil, err
	}
	c.Stdin = r
	c.files.child, c.files.parent = append(c.files.child, r), append(c.files.parent, w)
	return w, nil
}

// StdoutPipe returns a pipe from the program's standard output, to be called
// before Start. Wait closes it after the program has ended, so read to its end
// before calling Wait.
func (c *Cmd) StdoutPipe() (io.ReadCloser, error) {
	return c.outputPipe("Stdout", &c.Stdout)
}

// StderrPipe is StdoutPipe for the standard error.
func (c *Cmd) StderrPipe() (io.ReadCloser, error) {
	return c.outputPipe("Stderr", &c.Stderr)
}

func (c *Cmd) outputPipe(name string, to *io.Writer) (io.ReadCloser, error) {
	if *to != nil {
		return nil, errors.New("sandbox: " + name + " already set")
	}
	r, w, err := c.pipe()
	if err != nil {
		return nil, err
	}
	*to = w
	c.files.child, c.files.parent = append(c.files.child, w), append(c.files.parent, r)
	return r, nil
}

func (c *Cmd) pipe() (r, w *os.File, err error) {
	if c.started {
		return nil, nil, errors.New("sandbox: a pipe after Start")
	}
	return os.Pipe()
}
