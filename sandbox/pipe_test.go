package sandbox_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"isle/sandbox"
)

// TestPipes talks with a program.
func TestPipes(t *testing.T) {
	checkLeaks(t)
	c := sandbox.Command("sh", "-c", "while read line; do echo got $line; done; echo bye >&2")
	in, err1 := c.StdinPipe()
	out, err2 := c.StdoutPipe()
	errOut, err3 := c.StderrPipe()
	if err := errors.Join(err1, err2, err3, c.Start()); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for _, word := range []string{"one", "two"} {
		io.WriteString(in, word+"\n")
		if line, err := lines.ReadString('\n'); line != "got "+word+"\n" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
	}
	in.Close()
	if text, err := io.ReadAll(errOut); string(text) != "bye\n" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
	if _, err := out.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a pipe after Wait: %v", err)
	}
}

// TestPipesClosed sees that a Start that fails and a Wait without reading
// leave no pipe behind.
func TestPipesClosed(t *testing.T) {
	checkLeaks(t)
	for _, name := range []string{"true", "/no/such/program"} {
		c := sandbox.Command(name)
		_, err1 := c.StdinPipe()
		_, err2 := c.StdoutPipe()
		_, err3 := c.StderrPipe()
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		if err := c.Run(); (err == nil) != (name == "true") {
			t.Error(err)
		}
	}
	c := sandbox.Command("true")
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(""), io.Discard, io.Discard
	_, err1 := c.StdinPipe()
	_, err2 := c.StdoutPipe()
	_, err3 := c.StderrPipe()
	if err1 == nil || err2 == nil || err3 == nil {
		t.Errorf("pipes where something is set already: %v, %v, %v", err1, err2, err3)
	}
}
