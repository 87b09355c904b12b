package rootfs

import "io"

// readAhead reads from another reader in a goroutine of its own, a few chunks
// in front of its user.
type readAhead struct {
	full chan chunk
	free chan []byte
	stop chan struct{}
	cur  chunk
	buf  []byte // the whole buffer that cur is the rest of
}

type chunk struct {
	data []byte
	err  error
}

func newReadAhead(r io.Reader) *readAhead {
	const chunks, size = 4, 128 << 10
	a := &readAhead{
		full: make(chan chunk, chunks),
		free: make(chan []byte, chunks),
		stop: make(chan struct{}),
	}
	for range chunks {
		a.free <- make([]byte, size)
	}
	go a.fill(r)
	return a
}

func (a *readAhead) fill(r io.Reader) {
	defer close(a.full)
	for {
		var buf []byte
		select {
		case <-a.stop:
			return
		case buf = <-a.free:
		}
		var n, m int
		var err error
		for n < len(buf) && err == nil {
			m, err = r.Read(buf[n:])
			n += m
		}
		a.full <- chunk{buf[:n], err}
		if err != nil {
			return
		}
	}
}

// Read implements io.Reader.
func (a *readAhead) Read(p []byte) (int, error) {
	for len(a.cur.data) == 0 {
		if a.cur.err != nil {
			return 0, a.cur.err
		}
		if a.buf != nil {
			a.free <- a.buf
		}
		a.cur = <-a.full
		a.buf = a.cur.data[:cap(a.cur.data)]
	}
	n := copy(p, a.cur.data)
	a.cur.data = a.cur.data[n:]
	return n, nil
}

// Close stops the goroutine and waits until it no longer uses its reader.
func (a *readAhead) Close() error {
	close(a.stop)
	for range a.full {
	}
	return nil
}
