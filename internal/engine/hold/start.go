package hold

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/beside"
	"isle/internal/engine/logs"
)

// What the monitor and who started it say to each other, a packet each, on the
// descriptor Sync of the monitor.
const (
	Sync    = 3
	Ready   = "ready"   // the monitor listens: clients can attach, who then miss nothing
	Go      = "go"      // it is to start the container
	Started = "started" // PID: of the container's first process
	Failed  = "failed"  // STATUS TEXT: why there is none
)

// Failure is why a container could not be started.
type Failure struct {
	Status int // the exit status that says so: 125, 126 or 127
	Text   string
}

// Error returns the text.
func (f *Failure) Error() string { return f.Text }

// Monitor is a monitor that waits to be told to go.
type Monitor struct {
	PID  int
	sync int
}

// Start starts a monitor and waits until it listens. If nobody calls Run, it ends
// when this process does.
func Start(c *Config) (*Monitor, error) {
	path := beside.Find(Helper)
	if path == "" {
		return nil, fmt.Errorf("%s is not here, which holds containers in the background: make build puts it beside isle, or go install ./cmd/%s", Helper, Helper)
	}
	told := *c
	if told.Isle == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find isle's own file: %w", err)
		}
		told.Isle = self
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socketpair", err)
	}
	pid, err := execute(path, &told, pair[1])
	unix.Close(pair[1])
	if err != nil {
		unix.Close(pair[0])
		return nil, fmt.Errorf("start the container's monitor: %w", err)
	}
	m := &Monitor{PID: pid, sync: pair[0]}
	if _, err := m.hear(Ready); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// execute executes the monitor in a session of its own.
func execute(path string, c *Config, sync int) (pid int, err error) {
	streams := [3]uintptr{0, 1, 2}
	if c.Log.Driver != logs.Passthrough {
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		if err != nil {
			return 0, err
		}
		defer null.Close()
		streams = [3]uintptr{null.Fd(), null.Fd(), null.Fd()}
	}
	pid, err = syscall.ForkExec(path, append([]string{Helper}, c.words()...), &syscall.ProcAttr{
		Dir: "/", Env: environment(os.Environ()),
		Files: []uintptr{streams[0], streams[1], streams[2], uintptr(sync)},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return 0, fmt.Errorf("execute %s: %w", path, err)
	}
	return pid, nil
}

// environment is what the monitor is told of this process's: where isle finds its
// files, and systemd. The rest is no business of a process that stays for months.
func environment(all []string) (kept []string) {
	for _, v := range all {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "PATH", "HOME", "USER", "TMPDIR", "DBUS_SESSION_BUS_ADDRESS":
			kept = append(kept, v)
		default:
			if strings.HasPrefix(name, "ISLE_") || strings.HasPrefix(name, "XDG_") {
				kept = append(kept, v)
			}
		}
	}
	return kept
}

// Run has the monitor start the container, and returns the pid of its first
// process. An error is a *Failure if the container could not be started.
func (m *Monitor) Run() (pid int, err error) {
	defer m.Close()
	err = unix.Send(m.sync, []byte(Go), unix.MSG_NOSIGNAL)
	for err == unix.EINTR {
		err = unix.Send(m.sync, []byte(Go), unix.MSG_NOSIGNAL)
	}
	if err != nil {
		return 0, errors.New("start the container: its monitor has ended")
	}
	word, err := m.hear(Started)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(word)
}

// hear waits for a message and returns what follows its first word.
func (m *Monitor) hear(want string) (string, error) {
	buffer := make([]byte, 64<<10)
	n, err := unix.Read(m.sync, buffer)
	for err == unix.EINTR {
		n, err = unix.Read(m.sync, buffer)
	}
	if err != nil || n == 0 {
		return "", errors.New("start the container: its monitor has ended")
	}
	word, rest, _ := strings.Cut(string(buffer[:n]), " ")
	switch word {
	case want:
		return rest, nil
	case Failed:
		number, text, _ := strings.Cut(rest, " ")
		status, err := strconv.Atoi(number)
		if err != nil {
			status = 125
		}
		return "", &Failure{status, text}
	}
	return "", fmt.Errorf("start the container: its monitor says %q", word)
}

// Close leaves the monitor alone. One that was not told to go ends.
func (m *Monitor) Close() {
	if m.sync >= 0 {
		unix.Close(m.sync)
		m.sync = -1
	}
}
