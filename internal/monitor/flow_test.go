package monitor

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/attach"
	"isle/internal/engine/logs"
)

// most is the private memory that a monitor may come to in a flood.
const most = 4 << 20

// hasty is a monitor that lets clients go soon.
func hasty(t *testing.T) {
	t.Setenv("ISLE_TEST_HASTY", "1")
}

// TestFlood: a container that prints as fast as it can makes neither the monitor
// nor its log grow, and a client gets all of it.
func TestFlood(t *testing.T) {
	const lines = 6 << 20 // of 16 bytes: 96 MiB
	b := prepared(t, `yes 0123456789abcde | head -n `+strconv.Itoa(lines), func(b *box) { b.c.Log.MaxSize, b.c.Log.MaxFile = 1<<20, 2 })
	count := &counter{}
	s := b.dialed(attach.WantsAll)
	s.Stdout = count
	done := make(chan error, 1)
	go func() { _, err := s.Copy(); done <- err }()
	begun := time.Now()
	b.run()
	highest := 0
	for ended := false; !ended; {
		select {
		case err := <-done:
			if ended = true; err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Millisecond):
			if _, err := os.Stat("/proc/" + strconv.Itoa(b.monitor.PID) + "/smaps_rollup"); err == nil {
				highest = max(highest, b.private())
			}
		}
	}
	took := time.Since(begun)
	t.Logf("%.0f MiB/s, at most %d KiB of private memory", lines*16/took.Seconds()/(1<<20), highest>>10)
	if count.bytes != lines*16 {
		t.Errorf("%d bytes of %d", count.bytes, lines*16)
	}
	if highest > most {
		t.Errorf("the monitor had %d KiB of private memory", highest>>10)
	}
	b.wait()
	files, _ := filepath.Glob(b.path(logs.File) + "*")
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Size() > 1<<20 || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", file, info, err)
		}
	}
	if len(files) != 2 {
		t.Errorf("the log's files are %q", files)
	}
}

type counter struct{ bytes int }

func (c *counter) Write(data []byte) (int, error) { c.bytes += len(data); return len(data), nil }

// TestClientThatDoesNotRead: it holds the container up for a while and is then
// let go. The container goes on, and the log has all.
func TestClientThatDoesNotRead(t *testing.T) {
	hasty(t)
	b := prepared(t, `yes 0123456789abcde | head -n 131072; echo end`, nil) // 2 MiB
	stuck := b.dialed(0)
	other := b.attached(0, nil)
	b.run()
	want := strings.Repeat("0123456789abcde\n", 131072) + "end\n"
	other.ends(0, want)
	if _, err := stuck.Copy(); err != attach.ErrLost {
		t.Errorf("who did not read: %v", err)
	}
	b.wait()
	if b.logged(logs.Stdout) != want {
		t.Error("the log differs")
	}
}

// TestClientThatIsWaitedFor: for who runs it in the foreground the container waits,
// as for the reader of a pipe, and nothing is lost.
func TestClientThatIsWaitedFor(t *testing.T) {
	hasty(t)
	b := prepared(t, `yes 0123456789abcde | head -n 131072; echo end >&2; : >"$ISLE_TEST_FOLDER"/through; exit 7`, nil)
	s := b.dialed(attach.WantsAll)
	b.run()
	time.Sleep(800 * time.Millisecond)
	if _, err := os.Stat(b.path("through")); err == nil {
		t.Error("the container has not waited")
	}
	var out, errs strings.Builder
	s.Stdout, s.Stderr = &out, &errs
	status, err := s.Copy()
	if err != nil || status != 7 || out.Len() != 131072*16 || errs.String() != "end\n" {
		t.Errorf("%d, %v: %d bytes, %q", status, err, out.Len(), errs.String())
	}
	b.wait()
}

// TestClientGoesWhileWaitedFor: then the container goes on at once.
func TestClientGoesWhileWaitedFor(t *testing.T) {
	b := prepared(t, `yes 0123456789abcde | head -n 131072`, nil)
	s := b.dialed(attach.WantsAll | attach.WantsInput)
	b.run()
	time.Sleep(100 * time.Millisecond)
	s.Close()
	b.wait()
	if n := len(b.logged(logs.Stdout)); n != 131072*16 {
		t.Errorf("the log has %d bytes", n)
	}
}

// quiet is the number of a monitor's descriptors without clients, with input.
const quiet = 12

// TestHostileClients: messages that are none, too many clients, and clients that
// say nothing do no harm.
func TestHostileClients(t *testing.T) {
	b := held(t, `read line; echo "$line"`, func(b *box) { b.c.Stdin = true })
	for _, message := range []string{"", "x", "i", "iunasked", "e", "h", "h\xff\xff", "w", "w123", "w12345", "x0000", "o", strings.Repeat("i", 100<<10), "\x00"} {
		s := b.dialed(0)
		conn := b.raw()
		unix.Write(conn, []byte(message))
		unix.Write(conn, []byte(message))
		s.Close()
	}
	b.closeRaw()
	b.until("they have gone", func() bool { return len(b.descriptors()) == quiet })
	for range 2 * mostClients {
		b.raw()
	}
	if s, err := attach.Dial(b.path(attach.File), 0); err == nil {
		if _, err := s.Copy(); err != attach.ErrLost {
			t.Errorf("one client too many: %v", err)
		}
	}
	b.closeRaw()
	b.until("there is room again", func() bool {
		s, err := attach.Dial(b.path(attach.File), attach.WantsInput)
		if err != nil {
			return false
		}
		s.Stdin = strings.NewReader("line\n")
		status, err := s.Copy()
		return status == 0 && err == nil
	})
	b.wait()
	if got := b.logged(logs.Stdout); got != "line\n" {
		t.Errorf("the log: %q", got)
	}
}

// TestEndOfWhatIsHeldUp: that a client does not read does not keep a container that
// is killed from being cleared away, nor what it has printed from being shown.
func TestEndOfWhatIsHeldUp(t *testing.T) {
	b := prepared(t, `exec yes 0123456789abcde`, nil)
	s := b.dialed(attach.WantsAll)
	b.run()
	time.Sleep(100 * time.Millisecond)
	unix.Kill(b.pid, unix.SIGKILL)
	b.until("it is cleared away", func() bool { return len(b.notes()) == 2 })
	shown := &counter{}
	s.Stdout = shown
	if status, err := s.Copy(); status != 137 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
	b.wait()
	if kept := len(b.logged(logs.Stdout)); shown.bytes < 100<<10 || kept != shown.bytes {
		t.Errorf("%d bytes are shown, %d are kept", shown.bytes, kept)
	}
}

// TestFloodOfTerminal: the same goes for what is shown on a terminal.
func TestFloodOfTerminal(t *testing.T) {
	b := prepared(t, `stty raw; yes 0123456789abcde | head -n 262144; sleep 0.2; exit 2`, func(b *box) { b.c.Terminal = true })
	s := b.dialed(attach.WantsAll | attach.WantsInput)
	shown := &counter{}
	s.Stdout = shown
	b.run()
	if status, err := s.Copy(); status != 2 || err != nil || shown.bytes != 262144*16 {
		t.Errorf("%d, %v, %d bytes", status, err, shown.bytes)
	}
	b.wait()
	if n := len(b.logged(logs.Stdout)); n != shown.bytes {
		t.Errorf("the log has %d bytes", n)
	}
}
