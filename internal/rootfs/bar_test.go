package rootfs

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal opens a pty: what is written to the tty is read from the master.
func terminal(t *testing.T, columns uint16) (master, tty *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("skipped without a pty: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return master, tty
}

func TestBar(t *testing.T) {
	t.Setenv("TERM", "xterm")
	for _, noColor := range []string{"", "1"} {
		t.Setenv("NO_COLOR", noColor)
		master, tty := terminal(t, 100)
		m := Bar(tty, "/some/where/evil\x1b[2Jname.tar", 1000)
		m.Report(1, 1000, 1) // too early to show
		m.start = time.Now().Add(-2 * time.Second)
		m.Report(500, 1000, 1234)
		m.Report(501, 1000, 1235) // too soon after
		m.Done()
		m.Done()
		got := readAll(master, tty)
		if !strings.Contains(got, "evil?[2Jname.tar") || !strings.Contains(got, " 50% 1234 entries 0.0 MB/s") ||
			strings.Contains(got, "1235") || !strings.HasSuffix(got, "\r\x1b[K") {
			t.Errorf("%q", got)
		}
		if coloured := strings.Contains(got, "\x1b[36m"); coloured != (noColor == "") {
			t.Errorf("NO_COLOR=%q: %q", noColor, got)
		}
	}
}

// readAll reads what was written to the tty, which stays in the master's queue.
func readAll(master, tty *os.File) string {
	_, _ = io.WriteString(tty, "\x04")
	var b bytes.Buffer
	buf := make([]byte, 4096)
	for {
		n, err := master.Read(buf)
		b.Write(buf[:n])
		if err != nil || bytes.HasSuffix(b.Bytes(), []byte{4}) {
			return strings.TrimSuffix(b.String(), "\x04")
		}
	}
}

func TestBarWidth(t *testing.T) {
	m := &Meter{name: strings.Repeat("n", 50)}
	for width := range 120 {
		for _, total := range []int64{0, 100} {
			line := m.line(50, total, 7, time.Second, width)
			for _, code := range []string{"\x1b[36m", "\x1b[0;2m", "\x1b[0m"} {
				line = strings.ReplaceAll(line, code, "")
			}
			if n := len([]rune(line)); n > width {
				t.Errorf("%d columns in %d: %q", n, width, line)
			}
		}
	}
}

func TestBarNoTerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	_, tty := terminal(t, 80)
	t.Setenv("TERM", "dumb")
	for _, m := range []*Meter{Bar(w, "x", 1), Bar(&bytes.Buffer{}, "x", 1), Bar(tty, "x", 1)} {
		if m != nil {
			t.Error("a meter where there is no terminal")
		}
		unpacked(t, pack(t, file("f", "x")), Options{Progress: m.Report})
		m.Done()
	}
}
