package attach

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// monitor is the other side of a client: the accepted connection.
type monitor struct {
	t  *testing.T
	fd int
}

// dial makes the socket in a folder and connects to it.
func dial(t *testing.T, folder string) (*Session, *monitor) {
	t.Helper()
	dir, err := unix.Open(folder, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(dir)
	listening, err := Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(listening)
	s, err := Dial(filepath.Join(folder, File), WantsInput)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	fd, _, err := unix.Accept4(listening, unix.SOCK_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	limit := unix.Timeval{Sec: 10}
	unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit)
	m := &monitor{t, fd}
	t.Cleanup(m.close)
	if got := m.receive(); got != string(Hi(WantsInput)) {
		t.Fatalf("the first message is %q", got)
	}
	return s, m
}

func (m *monitor) receive() string {
	m.t.Helper()
	buffer := make([]byte, 2*Most)
	for {
		n, err := unix.Read(m.fd, buffer)
		if err == unix.ECONNRESET {
			continue
		}
		if err != nil {
			m.t.Fatal(err)
		}
		return string(buffer[:n])
	}
}

func (m *monitor) send(message string) {
	m.t.Helper()
	if _, err := unix.Write(m.fd, []byte(message)); err != nil {
		m.t.Fatal(err)
	}
}

func (m *monitor) close() {
	if m.fd >= 0 {
		unix.Close(m.fd)
		m.fd = -1
	}
}

func TestOutputAndStatus(t *testing.T) {
	s, m := dial(t, t.TempDir())
	var out, errs bytes.Buffer
	s.Stdout, s.Stderr = &out, &errs
	m.send("oone")
	m.send("rtwo")
	m.send("o\x1b[2Jthree")
	m.send(string(Exited(137)))
	m.close()
	status, err := s.Copy()
	if status != 137 || err != nil || out.String() != "one\x1b[2Jthree" || errs.String() != "two" {
		t.Errorf("%d, %v: %q, %q", status, err, out.String(), errs.String())
	}
}

func TestInput(t *testing.T) {
	s, m := dial(t, t.TempDir())
	s.Stdin = io.MultiReader(strings.NewReader("typed"), strings.NewReader("\x10"))
	s.Keys = DefaultKeys
	if err := s.Resize(24, 300); err != nil {
		t.Fatal(err)
	}
	done := make(chan int)
	go func() { status, _ := s.Copy(); done <- status }()
	for _, want := range []string{string(Resized(24, 300)), "ityped", "i\x10", "e"} {
		if got := m.receive(); got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
	m.send(string(Exited(0)))
	if status := <-done; status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestDetach: what was typed before the keys arrives, and output goes on until then.
func TestDetach(t *testing.T) {
	s, m := dial(t, t.TempDir())
	s.Stdin, s.Keys = strings.NewReader("ab\x10\x11c"), DefaultKeys
	m.send("onever read")
	if _, err := s.Copy(); err != ErrDetached {
		t.Errorf("%v", err)
	}
	if got := m.receive(); got != "iab" {
		t.Errorf("typed: %q", got)
	}
	if got := m.receive(); got != "" {
		t.Errorf("after the keys: %q", got)
	}
}

// TestUnreadInput: a status comes through although the monitor left input unread.
func TestUnreadInput(t *testing.T) {
	s, m := dial(t, t.TempDir())
	var out bytes.Buffer
	s.Stdout = &out
	if err := s.Resize(1, 1); err != nil {
		t.Fatal(err)
	}
	m.send("olast")
	m.send(string(Exited(3)))
	m.close()
	if status, err := s.Copy(); err != nil || status != 3 || out.String() != "last" {
		t.Errorf("%d, %v, %q", status, err, out.String())
	}
}

func TestLost(t *testing.T) {
	s, m := dial(t, t.TempDir())
	m.send("oone")
	m.close()
	if _, err := s.Copy(); err != ErrLost {
		t.Errorf("%v", err)
	}
}

func TestLongPath(t *testing.T) {
	folder := filepath.Join(t.TempDir(), strings.Repeat("long/", 60))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	dial(t, folder)
	info, err := os.Stat(filepath.Join(folder, File))
	if err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestNobody(t *testing.T) {
	folder := t.TempDir()
	_, err := Dial(filepath.Join(folder, File), 0)
	if !errors.Is(err, ErrNobody) {
		t.Errorf("without a socket: %v", err)
	}
	dial(t, folder) // which leaves a socket behind on which nobody listens
	if _, err = Dial(filepath.Join(folder, File), 0); !errors.Is(err, ErrNobody) {
		t.Errorf("with a socket of before: %v", err)
	}
}
