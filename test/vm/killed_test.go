package main

import (
	"bytes"
	"sync"
	"syscall"
	"testing"
	"time"
)

// said is output that can be read while it is written.
type said struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.Write(p)
}

func (s *said) has(what string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return bytes.Contains(s.text.Bytes(), []byte(what))
}

// TestKilled: vm leaves no process, mount or file, however it is ended, early in
// the life of a guest or late.
func TestKilled(t *testing.T) {
	needGuests(t)
	if r := guestRun(t, "true"); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	if left := remains(t); left != nil {
		t.Fatalf("before: %q", left)
	}
	for _, kernel := range engines {
		for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT} {
			t.Run(kernel+" early, "+signal.String(), func(t *testing.T) { endBy(t, kernel, signal, "") })
			t.Run(kernel+", "+signal.String(), func(t *testing.T) { endBy(t, kernel, signal, "up\n") })
		}
	}
}

// endBy sends a signal to vm once its guest has said something, or, if that is
// nothing, as soon as there is a process of it.
func endBy(t *testing.T, kernel string, signal syscall.Signal, something string) {
	out := &said{}
	cmd := command("run", "-k", kernel, "-o", mark, "-w", t.TempDir(), "sh", "-c", "echo up; sleep 1000")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, time.Minute, "the guest", func() bool { return remains(t) != nil && out.has(something) })
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("vm has not failed")
	}
	eventually(t, 10*time.Second, "nothing left", func() bool { return remains(t) == nil })
}
