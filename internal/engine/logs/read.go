package logs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Query says what of a log is read.
type Query struct {
	Since, Until time.Time // the zero time: no bound
	Tail         int       // the last lines; < 0: all
	// Follow waits for more until Ended says that the container does not print
	// any more. It is asked now and then.
	Follow bool
	Ended  func() bool
}

// errEnough ends the reading.
var errEnough = errors.New("enough")

// Read reads the log of the driver json-file and calls show for each piece. A log
// that is not there yet is empty.
func Read(path string, q Query, show func(*Entry) error) error {
	r := &reader{q: q, show: show}
	err := r.read(path)
	if r.f != nil {
		r.f.Close()
	}
	if err == errEnough {
		err = nil
	}
	return err
}

type reader struct {
	q      Query
	show   func(*Entry) error
	f      *os.File // that is read
	offset int64    // of what was not read yet
	buffer *bufio.Reader
	text   []byte
}

func (r *reader) read(path string) error {
	var w *watch
	if r.q.Follow {
		var err error
		if w, err = watchFolder(path); err != nil {
			return err
		}
		defer w.close()
	}
	files, err := history(path, nil)
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	index, offset := 0, int64(0)
	if r.q.Tail >= 0 {
		if index, offset, err = last(files, r.q.Tail); err != nil {
			closeAll(files)
			return fmt.Errorf("read the log: %w", err)
		}
	}
	closeAll(files[:index])
	if err := r.through(files[index:], offset); err != nil || w == nil {
		return err
	}
	return r.follow(path, w)
}

// through reads files to their ends, the first one from an offset on. The last
// one is kept open.
func (r *reader) through(files []*os.File, offset int64) error {
	for i, f := range files {
		if r.f != nil {
			r.f.Close()
		}
		r.f, r.offset = f, offset
		if err := r.more(); err != nil {
			closeAll(files[i+1:])
			return err
		}
		offset = 0
	}
	return nil
}

// more reads the file to its end. A line that is just being written is read the
// next time.
func (r *reader) more() error {
	if _, err := r.f.Seek(r.offset, io.SeekStart); err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	if r.buffer == nil {
		r.buffer = bufio.NewReaderSize(r.f, block)
	}
	r.buffer.Reset(r.f)
	for whole := true; ; {
		line, err := r.buffer.ReadSlice('\n')
		switch {
		case err == bufio.ErrBufferFull: // no line of ours is that long
			r.offset += int64(len(line))
			whole = false
			continue
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("read the log: %w", err)
		}
		r.offset += int64(len(line))
		if whole {
			err = r.line(line)
		}
		if whole = true; err != nil {
			return err
		}
	}
}

// line shows a line, if it is one and was printed when it is asked for.
func (r *reader) line(line []byte) error {
	e, ok := decode(line, r.text[:0])
	r.text = e.Text
	switch {
	case !ok || e.Time.Before(r.q.Since):
		return nil
	case !r.q.Until.IsZero() && e.Time.After(r.q.Until):
		return errEnough
	}
	return r.show(&e)
}
