package checkpoint

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// failure is what made criu fail. Its answer has the first error that it logged,
// which may be one that it went on after.
func (r *Request) failure(a *answer) error {
	text := r.logged()
	if text == "" {
		text = strings.TrimSpace(a.failure)
	}
	if text == "" {
		text = "criu failed and does not say why"
	}
	return fmt.Errorf("%s (criu's log is %s)", text, r.logPath())
}

// emptyLog empties the log of an earlier request. The file stays, since an engine
// may have labelled it.
func (r *Request) emptyLog() {
	fd, err := unix.Openat(int(r.work.Fd()), r.log(), unix.O_WRONLY|unix.O_TRUNC|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err == nil {
		unix.Close(fd)
	}
}

// harmless are errors that criu logs and goes on after.
var harmless = [...]string{"rlimit: Can't setup RLIMIT_NOFILE"}

// logged is the first error in criu's log that may have stopped it.
func (r *Request) logged() string {
	fd, err := unix.Openat(int(r.work.Fd()), r.log(), unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	f := os.NewFile(uintptr(fd), r.log())
	defer f.Close()
	const most = 64 << 20
	lines := bufio.NewScanner(io.LimitReader(f, most))
	for lines.Scan() {
		if text := errorIn(lines.Text()); text != "" {
			return text
		}
	}
	return ""
}

// errorIn is the text of a line such as "(00.112968) Error (criu/files-reg.c:1790):
// Can't lookup mount=162"; empty if it is not of that kind.
func errorIn(line string) string {
	_, rest, ok := strings.Cut(line, "Error (")
	if !ok {
		return ""
	}
	_, text, ok := strings.Cut(rest, "): ")
	if !ok {
		return ""
	}
	for _, h := range harmless {
		if strings.HasPrefix(text, h) {
			return ""
		}
	}
	return strings.TrimSpace(text)
}
