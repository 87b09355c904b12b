package monitor

import (
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/engine/attach"
	"isle/internal/engine/logs"
)

// streams are the monitor's ends of a container's streams, or of its terminal.
type streams struct {
	out     [2]*source // standard output, or the terminal; and standard error
	input   input
	console *watch // a socket on which the outer end of the terminal comes
}

// open makes the streams and returns the container's ends: standard input, output
// and error, -1 for /dev/null, and the socket for its terminal.
func (m *monitor) open() (files []int, err error) {
	files = []int{-1, -1, -1}
	switch {
	case m.c.Log.Driver == logs.Passthrough:
		m.input.state = ignored
		return []int{0, 1, 2}, nil
	case m.c.Terminal:
		pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return files, os.NewSyscallError("socketpair", err)
		}
		m.console = m.watch(pair[0], unix.EPOLLIN, m.takeTerminal)
		return append(files, pair[1]), nil
	}
	for n := range 3 {
		if n == 0 && !m.c.Stdin {
			m.input.state = ignored
			continue
		}
		var pipe [2]int
		if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
			return files, os.NewSyscallError("pipe2", err)
		}
		// Every user of the container may open its /dev/stdout. Nobody else gets at it.
		unix.Fchmod(pipe[0], 0o666)
		if n == 0 {
			files[0] = pipe[0]
			m.input.open(m, pipe[1])
		} else {
			files[n] = pipe[1]
			m.out[n-1] = m.newSource(pipe[0], n-1)
		}
	}
	return files, nil
}

// takeTerminal takes the outer end of the terminal when it has come.
func (m *monitor) takeTerminal() {
	if m.console == nil {
		return
	}
	control := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(m.console.fd, make([]byte, 64), control, unix.MSG_DONTWAIT|unix.MSG_CMSG_CLOEXEC)
	if err == unix.EAGAIN || err == unix.EINTR {
		return
	}
	m.console.close()
	m.console = nil
	list, err := unix.ParseSocketControlMessage(control[:n])
	if err != nil || len(list) == 0 {
		return
	}
	fds, err := unix.ParseUnixRights(&list[0])
	if err != nil || len(fds) == 0 {
		return
	}
	// Each end of it is waited for by itself, which takes two descriptors.
	typed, err := unix.FcntlInt(uintptr(fds[0]), unix.F_DUPFD_CLOEXEC, 3)
	if err == nil {
		m.input.terminal = true
		m.input.open(m, typed)
	}
	m.out[0] = m.newSource(fds[0], 0)
	m.out[0].terminal = true
	m.resize()
}

// resize gives the terminal the size that a client has told of.
func (m *monitor) resize() {
	if m.input.terminal && m.input.state == open && m.size != (unix.Winsize{}) {
		unix.IoctlSetWinsize(m.input.w.fd, unix.TIOCSWINSZ, &m.size)
	}
}

// silent says whether nothing comes any more.
func (s *streams) silent() bool {
	return s.out[0].over() && s.out[1].over()
}

// takeRest has the streams end when what is in them now is read.
func (m *monitor) takeRest() {
	for _, s := range m.out {
		if !s.over() {
			s.takeRest()
		}
	}
}

// closeStreams closes what there is, of a container that has not started.
func (m *monitor) closeStreams() {
	m.input.close()
	m.console.close()
	m.console = nil
	for _, s := range m.out {
		if s != nil {
			s.w.close()
		}
	}
}

// closeFiles closes the container's ends but for the monitor's own streams.
func closeFiles(files []int) {
	for _, fd := range files {
		if fd > 2 {
			unix.Close(fd)
		}
	}
}

// kindOf is the message of what is printed on a stream.
func kindOf(n int) attach.Kind {
	if n == 1 {
		return attach.Errors
	}
	return attach.Output
}
