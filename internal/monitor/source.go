package monitor

import (
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/attach"
	"isle/internal/engine/logs"
)

// source is what a container prints on a stream. It has one buffer, which is read
// into when all clients have got what is in it.
type source struct {
	m        *monitor
	n        int // 0 standard output, 1 standard error
	w        *watch
	packet   []byte // the buffer: a message
	length   int    // of the message that some clients wait for
	waiting  int    // how many
	terminal bool
	rest     int // bytes that are still to be read; < 0: until the end
}

func (m *monitor) newSource(fd, n int) *source {
	s := &source{m: m, n: n, packet: make([]byte, 1+attach.Most), rest: -1}
	s.packet[0] = byte(kindOf(n))
	unix.SetNonblock(fd, true)
	s.w = m.watch(fd, unix.EPOLLIN, s.read)
	return s
}

// over says whether nothing comes from it any more, or never did.
func (s *source) over() bool { return s == nil || s.w.fd < 0 }

// read reads what is there, keeps it in the log and sends it to the clients.
func (s *source) read() {
	data := s.packet[1:]
	if s.rest >= 0 {
		data = data[:min(len(data), s.rest)]
	}
	n, err := 0, error(nil)
	if len(data) > 0 {
		n, err = unix.Read(s.w.fd, data)
	}
	switch {
	case err == unix.EINTR || err == unix.EAGAIN && s.rest < 0:
		return
	case err == unix.EIO && s.terminal && s.m.phase < ending:
		s.lookAgain()
		return
	case err != nil || n <= 0:
		s.end()
		return
	}
	if s.rest >= 0 {
		s.rest -= n
	}
	s.m.log.Write(logs.Stream(s.n), time.Now(), data[:n])
	s.length = 1 + n
	for _, c := range s.m.clients {
		c.give(s)
	}
	s.goOn()
}

// goOn reads on if no client waits for what is in the buffer.
func (s *source) goOn() {
	if s.waiting > 0 {
		s.w.want(0)
		return
	}
	s.w.want(unix.EPOLLIN)
	if s.rest >= 0 {
		s.read()
	}
}

// lookAgain waits a little. A terminal that no process has open says EIO, until
// one opens it again, as some inits do.
func (s *source) lookAgain() {
	s.w.want(0)
	s.m.after(moment, s.hurry)
}

// takeRest lets it end when what is there now is read: whoever may still hold the
// other end does not belong to the container.
func (s *source) takeRest() {
	if s.terminal {
		s.rest = 64 << 10 // more than a terminal holds back; it ends with EIO or EAGAIN
	} else if n, err := unix.IoctlGetInt(s.w.fd, unix.TIOCINQ); err == nil {
		s.rest = n
	} else {
		s.rest = 0
	}
	s.hurry()
}

// hurry reads now, if no client waits for what is in the buffer.
func (s *source) hurry() {
	if !s.over() && s.waiting == 0 {
		s.w.want(unix.EPOLLIN)
		s.read()
	}
}

func (s *source) end() {
	s.w.close()
	s.m.streamEnded()
}
