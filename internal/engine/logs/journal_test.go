package logs

import (
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// journalOf is a socket as journald's, and what was sent to it.
func journalOf(t *testing.T) (path string, receive func() map[string]string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "socket")
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	return path, func() map[string]string {
		t.Helper()
		buffer := make([]byte, 64<<10)
		n, err := unix.Read(fd, buffer)
		if err != nil {
			t.Fatal(err)
		}
		return fields(t, string(buffer[:n]))
	}
}

// fields takes an entry apart as journald does.
func fields(t *testing.T, message string) map[string]string {
	t.Helper()
	list := map[string]string{}
	for message != "" {
		line, rest, ok := strings.Cut(message, "\n")
		if name, value, short := strings.Cut(line, "="); short {
			list[name], message = value, rest
			continue
		}
		if !ok || len(rest) < 8 {
			t.Fatalf("a field that is cut off: %q", message)
		}
		n := int(binary.LittleEndian.Uint64([]byte(rest)))
		if len(rest) < 8+n+1 || rest[8+n] != '\n' {
			t.Fatalf("a field of a wrong length: %q", message)
		}
		list[line], message = rest[8:8+n], rest[8+n+1:]
	}
	return list
}

func TestJournal(t *testing.T) {
	socket, receive := journalOf(t)
	id := strings.Repeat("0123456789abcdef", 4)
	k, err := openJournal(Options{ID: id, Name: "web"}, socket)
	if err != nil {
		t.Fatal(err)
	}
	w := &Writer{keeper: k}
	if err := w.Write(Stdout, noon, []byte("one\x1b=\x00\ntwo")); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(Stderr, noon, []byte(strings.Repeat("x", longest)+"y\n")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []map[string]string{
		{"MESSAGE": "one\x1b=\x00", "PRIORITY": "6"},
		{"MESSAGE": strings.Repeat("x", longest), "PRIORITY": "3", "CONTAINER_PARTIAL_MESSAGE": "true"},
		{"MESSAGE": "y", "PRIORITY": "3"},
		{"MESSAGE": "two", "PRIORITY": "6", "CONTAINER_PARTIAL_MESSAGE": "true"},
	} {
		want["CONTAINER_ID_FULL"], want["CONTAINER_ID"] = id, id[:12]
		want["CONTAINER_NAME"], want["SYSLOG_IDENTIFIER"] = "web", "web"
		got := receive()
		for name, value := range want {
			if got[name] != value {
				t.Errorf("%s is %.40q, want %.40q", name, got[name], value)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d fields, want %d", len(got), len(want))
		}
	}
}

func TestJournalTag(t *testing.T) {
	socket, receive := journalOf(t)
	k, err := openJournal(Options{ID: "abc", Name: "web", Tag: "a\nb"}, socket)
	if err != nil {
		t.Fatal(err)
	}
	w := &Writer{keeper: k}
	w.Write(Stdout, noon, []byte("one\n"))
	w.Close()
	if got := receive(); got["CONTAINER_TAG"] != "a\nb" || got["SYSLOG_IDENTIFIER"] != "a\nb" {
		t.Errorf("%q", got)
	}
}

func TestNoJournal(t *testing.T) {
	if _, err := openJournal(Options{ID: "abc"}, filepath.Join(t.TempDir(), "socket")); err == nil {
		t.Error("the log is kept in a journal that is not there")
	}
}
