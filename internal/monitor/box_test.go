package monitor

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/attach"
	"isle/internal/engine/hold"
	"isle/internal/engine/logs"
)

// box is a container for a test, with its monitor.
type box struct {
	t       *testing.T
	c       hold.Config
	monitor *hold.Monitor
	over    chan struct{} // closed when the monitor has ended
	pid     int
	conns   []int
}

// prepared starts a monitor for a script, which is not told to go yet.
func prepared(t *testing.T, script string, set func(*box)) *box {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b := &box{t: t, over: make(chan struct{})}
	b.c = hold.Config{ID: "box", Dir: dir, Isle: self, Log: logs.Options{Driver: logs.JSONFile, Path: filepath.Join(dir, logs.File)}}
	b.write("script", script)
	if set != nil {
		set(b)
	}
	folder.Lock()
	os.Setenv("ISLE_TEST_FOLDER", dir)
	b.monitor, err = hold.Start(&b.c)
	folder.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for err := error(unix.EINTR); err == unix.EINTR; {
			_, err = unix.Wait4(b.monitor.PID, nil, 0, nil)
		}
		close(b.over)
	}()
	t.Cleanup(func() {
		b.monitor.Close()
		select {
		case <-b.over:
			return
		default:
		}
		if b.pid > 0 {
			unix.Kill(-b.pid, unix.SIGKILL) // it leads a session
		}
		select {
		case <-b.over:
		case <-time.After(5 * time.Second):
			t.Error("the monitor does not end")
			unix.Kill(b.monitor.PID, unix.SIGKILL)
		}
	})
	return b
}

var folder sync.Mutex // tests run at the same time, and have one environment

// held starts a container in the background.
func held(t *testing.T, script string, set func(*box)) *box {
	t.Helper()
	b := prepared(t, script, set)
	b.run()
	return b
}

func (b *box) run() {
	b.t.Helper()
	var err error
	if b.pid, err = b.monitor.Run(); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) path(name string) string { return filepath.Join(b.c.Dir, name) }

func (b *box) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// notes are the commands that the monitor has executed.
func (b *box) notes() []string {
	text, _ := os.ReadFile(b.path("notes"))
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// logged is what the log has of a stream, in one text.
func (b *box) logged(stream logs.Stream) string {
	b.t.Helper()
	var text strings.Builder
	err := logs.Read(b.c.Log.Path, logs.Query{Tail: -1}, func(e *logs.Entry) error {
		if e.Stream == stream {
			text.Write(e.Text)
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return text.String()
}

// wait waits until the monitor has ended.
func (b *box) wait() {
	b.t.Helper()
	select {
	case <-b.over:
	case <-time.After(10 * time.Second):
		b.t.Fatal("the monitor does not end")
	}
	if _, err := attach.Dial(b.path(attach.File), 0); !errors.Is(err, attach.ErrNobody) {
		b.t.Errorf("somebody is left who can be attached to: %v", err)
	}
}

// until waits until something is so.
func (b *box) until(what string, so func() bool) {
	b.t.Helper()
	for late := time.Now().Add(10 * time.Second); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			b.t.Fatal("it does not come to be so: ", what)
		}
	}
}

// private is the memory that the monitor has for itself, in bytes.
func (b *box) private() (bytes int) {
	b.t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(b.monitor.PID) + "/smaps_rollup")
	if err != nil {
		b.t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) == 3 && (f[0] == "Private_Clean:" || f[0] == "Private_Dirty:") {
			n, _ := strconv.Atoi(f[1])
			bytes += n << 10
		}
	}
	return bytes
}

// seen is what a client was shown, and how it ended.
type seen struct {
	b        *box
	s        *attach.Session
	mu       sync.Mutex
	out, err bytes.Buffer
	done     chan error
	status   int
}

// attached attaches a client that copies. It types what it reads from in, if
// that is not nil.
func (b *box) attached(wants attach.Wants, set func(*attach.Session)) *seen {
	b.t.Helper()
	s := &seen{b: b, s: b.dialed(wants), done: make(chan error, 1)}
	s.s.Stdout, s.s.Stderr = into{&s.mu, &s.out}, into{&s.mu, &s.err}
	if set != nil {
		set(s.s)
	}
	go func() {
		var err error
		s.status, err = s.s.Copy()
		s.done <- err
	}()
	return s
}

func (b *box) dialed(wants attach.Wants) *attach.Session {
	b.t.Helper()
	s, err := attach.Dial(b.path(attach.File), wants)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { s.Close() })
	return s
}

// into is a buffer that is written to while it is looked at.
type into struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (i into) Write(data []byte) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.b.Write(data)
}

// shows waits until a text was shown on standard output.
func (s *seen) shows(text string) {
	s.b.t.Helper()
	s.b.until("shows "+strconv.Quote(text), func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return strings.Contains(s.out.String(), text)
	})
}

// ends waits for the end of a client.
func (s *seen) ends(status int, out string) {
	s.b.t.Helper()
	select {
	case err := <-s.done:
		if err != nil || s.status != status || s.out.String() != out {
			s.b.t.Errorf("a client: status %d, %v: %.200q; want %d and %.200q", s.status, err, s.out.String(), status, out)
		}
	case <-time.After(10 * time.Second):
		s.b.t.Fatal("the client does not end")
	}
}

// raw connects without a word.
func (b *box) raw() int {
	b.t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		b.t.Fatal(err)
	}
	size := 1 << 20
	unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, size)
	limit := unix.Timeval{Sec: 5}
	unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit)
	for err = unix.EINTR; err == unix.EINTR; {
		err = unix.Connect(fd, &unix.SockaddrUnix{Name: b.path(attach.File)})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.conns = append(b.conns, fd)
	return fd
}

func (b *box) closeRaw() {
	for _, fd := range b.conns {
		unix.Close(fd)
	}
	b.conns = nil
}

// descriptors are those that the monitor has open, by what they are.
func (b *box) descriptors() (list []string) {
	b.t.Helper()
	dir := "/proc/" + strconv.Itoa(b.monitor.PID) + "/fd/"
	entries, err := os.ReadDir(dir)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range entries {
		target, _ := os.Readlink(dir + e.Name())
		list = append(list, e.Name()+" "+target)
	}
	return list
}
