package monitor

import (
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/attach"
)

// patience is how long a client may not read before it is let go. Tests have less.
var patience = 10 * time.Second

// mostClients bounds how many can be attached.
const mostClients = 64

// client is who is attached.
type client struct {
	m     *monitor
	w     *watch
	wants attach.Wants
	owed  [2]bool // it has still to get what is in the buffer of that stream
	exit  []byte  // its last message; nil while the container runs
	late  *timer  // when it is let go
}

// accept takes those who want to attach.
func (m *monitor) accept() {
	for {
		fd, _, err := unix.Accept4(m.listener.fd, unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)
		if err == unix.EINTR || err == unix.ECONNABORTED {
			continue
		}
		if err != nil {
			return
		}
		if len(m.clients) == mostClients {
			unix.Close(fd)
			continue
		}
		c := &client{m: m}
		c.w = m.watch(fd, 0, c.ready)
		m.clients = append(m.clients, c)
		c.listen()
		for c.ahead() {
			c.read()
		}
	}
}

// ahead says whether the next message is one that need not wait for the container.
func (c *client) ahead() bool {
	var kind [1]byte
	n, _, err := unix.Recvfrom(c.w.fd, kind[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	return err == nil && n == 1 && (attach.Kind(kind[0]) == attach.Hello || attach.Kind(kind[0]) == attach.Size)
}

// listen waits for what a client does next.
func (c *client) listen() {
	events := uint32(0)
	if !c.m.input.blocked() || c.wants&attach.WantsInput == 0 {
		events |= unix.EPOLLIN
	}
	if c.owed[0] || c.owed[1] || c.exit != nil {
		events |= unix.EPOLLOUT
	}
	c.w.want(events)
}

// listen has every client read from, or none while the input is blocked.
func (m *monitor) listen() {
	for _, c := range m.clients {
		c.listen()
	}
}

func (c *client) ready() {
	if c.owed[0] || c.owed[1] || c.exit != nil {
		c.flush()
	}
	if c.w.events&unix.EPOLLIN != 0 {
		c.read()
	}
}

// read takes a message.
func (c *client) read() {
	n, err := unix.Read(c.w.fd, c.m.typed[:])
	switch {
	case err == unix.EAGAIN || err == unix.EINTR || err == unix.ECONNRESET:
		return // ECONNRESET: it has gone without reading all; what it typed before comes yet
	case err != nil || n <= 0:
		c.leave()
		return
	}
	data := c.m.typed[1:n]
	switch attach.Kind(c.m.typed[0]) {
	case attach.Hello:
		if wants, ok := attach.ReadHello(data); ok {
			c.wants = wants
			c.listen()
		}
	case attach.Input:
		if c.wants&attach.WantsInput != 0 {
			c.m.input.write(data)
		}
	case attach.End:
		if c.wants&attach.WantsInput != 0 {
			c.m.input.finish()
		}
	case attach.Size:
		if rows, columns, ok := attach.ReadSize(data); ok {
			c.m.size = unix.Winsize{Row: rows, Col: columns}
			c.m.resize()
		}
	}
}

// leave forgets a client that has gone. With it the container's input can end.
func (c *client) leave() {
	c.drop()
	if c.wants&attach.WantsInput != 0 && c.m.c.StdinOnce {
		c.m.input.finish()
	}
}

// drop closes the connection. The others get what they are owed.
func (c *client) drop() {
	if c.w.fd < 0 {
		return
	}
	c.w.close()
	c.late.stop()
	c.m.clients = slices.DeleteFunc(c.m.clients, func(other *client) bool { return other == c })
	for n := range c.owed {
		c.got(n)
	}
	c.m.quitIfAlone()
}

// give sends what a stream has in its buffer, or notes that it is owed.
func (c *client) give(s *source) {
	if !c.send(s.packet[:s.length]) {
		c.owed[s.n] = true
		s.waiting++
		c.wait()
		c.listen()
	}
}

// got notes that a stream's buffer is not owed any more.
func (c *client) got(n int) {
	if c.owed[n] {
		c.owed[n] = false
		s := c.m.out[n]
		s.waiting--
		s.goOn()
	}
}

// send sends a message, if there is room for it.
func (c *client) send(packet []byte) bool {
	for {
		switch err := unix.Send(c.w.fd, packet, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL); err {
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return false
		}
		return true // or it has gone, which reading tells
	}
}

// wait lets a client that does not read go after a while, unless the container is
// to wait for it.
func (c *client) wait() {
	c.late.stop()
	if c.wants&attach.WantsAll == 0 {
		c.late = c.m.after(patience, c.drop)
	}
}

// flush sends what is owed, as far as there is room.
func (c *client) flush() {
	for n := range c.owed {
		if s := c.m.out[n]; c.owed[n] {
			if !c.send(s.packet[:s.length]) {
				return
			}
			c.got(n)
			if c.w.fd < 0 {
				return // that was the end
			}
			c.wait()
		}
	}
	c.late.stop()
	if c.exit != nil {
		if !c.send(c.exit) {
			c.wait()
			return
		}
		c.drop()
		return
	}
	c.listen()
}

// tellExit sends the exit status to all who are attached, and lets them go.
func (m *monitor) tellExit() {
	for _, c := range slices.Clone(m.clients) {
		if c.exit == nil {
			c.exit = attach.Exited(m.status)
			c.listen()
			c.flush()
		}
	}
}

// quitIfAlone ends a monitor that has nothing more to do.
func (m *monitor) quitIfAlone() {
	if m.phase == over && len(m.clients) == 0 {
		m.quit()
	}
}
