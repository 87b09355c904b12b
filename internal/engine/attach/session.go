package attach

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// ErrDetached says that the detach keys were typed: the container goes on.
var ErrDetached = errors.New("detached from the container")

// ErrLost says that the monitor let go of this client, for it did not read for too
// long, or that the monitor was killed. Whether the container runs is not known.
var ErrLost = errors.New("the container's monitor has gone, or has let go because its output was not read for too long")

// Session is a client's connection to a container. The fields are set between
// Dial and Copy. Raw mode of a terminal is left to the caller.
type Session struct {
	Stdin          io.Reader // nil: nothing is typed, and the container's standard input stays as it is
	Stdout, Stderr io.Writer // nil: it is not shown
	Keys           Keys      // looked for in Stdin

	conn *os.File
}

// Dial connects to the monitor whose socket is at path, which may be longer than
// an address is. What the container prints from then on waits to be copied.
func Dial(path string, wants Wants) (*Session, error) {
	conn, err := connect(path)
	if err != nil {
		return nil, fmt.Errorf("attach to the container: %w", err)
	}
	if _, err := conn.Write(Hi(wants)); err != nil {
		conn.Close()
		return nil, fmt.Errorf("attach to the container: %w", err)
	}
	return &Session{conn: conn}, nil
}

// Resize tells the size of the caller's terminal.
func (s *Session) Resize(rows, columns uint16) error {
	_, err := s.conn.Write(Resized(rows, columns))
	return err
}

// Close leaves the container alone. Copy ends.
func (s *Session) Close() error { return s.conn.Close() }

// Copy copies in all directions until the container has ended, and returns its
// exit status; or until the detach keys are typed, which is ErrDetached. Who reads
// Stdin is left behind: nothing can end its read but the end of the process.
func (s *Session) Copy() (status int, err error) {
	typed := make(chan error, 1)
	if s.Stdin != nil {
		go func() {
			if err := s.feed(); err != nil {
				typed <- err
				s.conn.Close()
			}
		}()
	}
	status, err = s.show()
	select {
	case err = <-typed:
	default:
	}
	return status, err
}

// show writes what the container prints.
func (s *Session) show() (int, error) {
	buffer := make([]byte, 1+Most)
	for {
		n, err := s.conn.Read(buffer)
		if errors.Is(err, unix.ECONNRESET) {
			continue // the monitor has closed without reading all that was typed; what it wrote comes now
		}
		if n == 0 {
			if err == nil || err == io.EOF || errors.Is(err, os.ErrClosed) {
				err = ErrLost
			}
			return -1, err
		}
		data := buffer[1:n]
		switch Kind(buffer[0]) {
		case Output:
			err = write(s.Stdout, data)
		case Errors:
			err = write(s.Stderr, data)
		case Exit:
			if status, ok := ReadExit(data); ok {
				return status, nil
			}
			err = ErrLost
		}
		if err != nil {
			return -1, err
		}
	}
}

func write(w io.Writer, data []byte) error {
	if w == nil {
		return nil
	}
	_, err := w.Write(data)
	return err
}

// feed types what is read. Its error is why nothing more is to be shown either.
func (s *Session) feed() error {
	m := &matcher{keys: s.Keys}
	buffer := make([]byte, Most/2)
	packet := make([]byte, 0, 1+Most)
	for {
		n, err := s.Stdin.Read(buffer)
		var found bool
		packet, found = m.feed(append(packet[:0], byte(Input)), buffer[:n])
		if err != nil {
			packet = m.rest(packet)
		}
		if len(packet) > 1 {
			if _, err := s.conn.Write(packet); err != nil {
				return nil // the container has ended, which the other side tells better
			}
		}
		switch {
		case found:
			return ErrDetached
		case err != nil: // a terminal that hangs up ends the input too
			s.conn.Write([]byte{byte(End)})
			return nil
		}
	}
}
