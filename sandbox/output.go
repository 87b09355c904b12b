package sandbox

import (
	"bytes"
	"errors"
)

// Output runs the program and returns what it wrote to its standard output. If
// Stderr is nil, an *ExitError holds the end of what it wrote there.
func (c *Cmd) Output() ([]byte, error) {
	if c.Stdout != nil {
		return nil, errors.New("sandbox: Stdout already set")
	}
	var out bytes.Buffer
	var errors tail
	c.Stdout = &out
	if c.Stderr == nil {
		c.Stderr = &errors
	}
	err := c.Run()
	if exit, ok := err.(*ExitError); ok {
		exit.Stderr = errors.bytes()
	}
	return out.Bytes(), err
}

// CombinedOutput runs the program and returns what it wrote to its standard
// output and standard error, in the order in which it wrote it.
func (c *Cmd) CombinedOutput() ([]byte, error) {
	if c.Stdout != nil || c.Stderr != nil {
		return nil, errors.New("sandbox: Stdout or Stderr already set")
	}
	var b bytes.Buffer
	c.Stdout, c.Stderr = &b, &b
	err := c.Run()
	return b.Bytes(), err
}

// tail is a writer that keeps the end of what is written to it.
type tail struct{ b []byte }

// mostTail is how much an ExitError holds.
const mostTail = 32 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p[max(0, len(p)-mostTail):]...)
	if len(t.b) > 4*mostTail { // not each time, for it is copied
		t.b = append([]byte(nil), t.bytes()...)
	}
	return len(p), nil
}

func (t *tail) bytes() []byte { return t.b[max(0, len(t.b)-mostTail):] }
