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
			for _, early := range []bool{true, false} {
				out := &said{}
				cmd := command("run", "-k", kernel, "-o", mark, "-w", t.TempDir(), "sh", "-c", "echo up; sleep 1000")
				cmd.Stdout, cmd.Stderr = out, out
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				if early {
					eventually(t, 10*time.Second, "a process of the guest", func() bool { return remains(t) != nil })
				} else {
					eventually(t, time.Minute, "up", func() bool { return out.has("up") })
				}
				if err := cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				if err := cmd.Wait(); err == nil {
					t.Errorf("%s, %v: no failure", kernel, signal)
				}
				eventually(t, 10*time.Second, "nothing left", func() bool { return remains(t) == nil })
			}
		}
	}
}
