package monitor

import "golang.org/x/sys/unix"

// input is what clients type into the container. A client is read from only when
// all that was typed before is taken.
type input struct {
	state    inputState
	m        *monitor
	w        *watch
	typed    []byte // that the container has not taken yet
	kept     []byte // room for it
	terminal bool
	closing  bool // when that is taken
}

// inputState says what becomes of what is typed.
type inputState byte

const (
	notYet  inputState = iota // it waits for the container to start
	open                      // it goes into the container
	ignored                   // nobody reads it
)

func (in *input) open(m *monitor, fd int) {
	unix.SetNonblock(fd, true)
	in.m, in.state = m, open
	in.w = m.watch(fd, 0, in.flush)
	m.listen()
}

// blocked says whether clients have to wait with what they type.
func (in *input) blocked() bool { return in.state == notYet || len(in.typed) > 0 }

// write types something.
func (in *input) write(typed []byte) {
	if in.state == open && !in.closing && len(in.typed) == 0 {
		in.typed = typed
		in.flush()
	}
}

// flush writes what the container takes.
func (in *input) flush() {
	for len(in.typed) > 0 {
		n, err := unix.Write(in.w.fd, in.typed)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			in.kept = append(in.kept[:0], in.typed...)
			in.typed = in.kept
			in.w.want(unix.EPOLLOUT)
			in.m.listen()
			return
		case err != nil: // nobody reads it any more
			in.close()
			return
		default:
			in.typed = in.typed[n:]
		}
	}
	in.w.want(0)
	if in.closing {
		in.close()
	}
	in.m.listen()
}

// finish closes it when all that was typed is taken. A terminal stays open: more
// than one person can type there, and end of file is a key.
func (in *input) finish() {
	if in.state != open || in.terminal {
		return
	}
	if in.closing = true; len(in.typed) == 0 {
		in.close()
	}
}

// close drops what was typed.
func (in *input) close() {
	if in.state != open {
		return
	}
	in.state, in.typed = ignored, nil
	in.w.close()
	in.m.listen()
}
