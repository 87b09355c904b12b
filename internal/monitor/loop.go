package monitor

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// loop waits for descriptors to be ready and for moments to come, and calls what
// was to be done then.
type loop struct {
	poll    int
	watched map[int]*watch
	timers  []*timer
	stopped bool
}

// watch is a descriptor that is waited for.
type watch struct {
	l      *loop
	fd     int
	events uint32 // 0: not now
	ready  func()
}

// timer is a moment.
type timer struct {
	at time.Time
	do func() // nil: it has come, or was stopped
}

func newLoop() (*loop, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	return &loop{poll: fd, watched: map[int]*watch{}}, nil
}

// watch has ready called whenever one of the events is there, or an error is.
func (l *loop) watch(fd int, events uint32, ready func()) *watch {
	w := &watch{l: l, fd: fd, ready: ready}
	l.watched[fd] = w
	w.want(events)
	return w
}

// want changes the events. Without any the descriptor is not waited for at all,
// for the kernel would go on to tell of errors.
func (w *watch) want(events uint32) {
	if w == nil || w.fd < 0 || w.events == events {
		return
	}
	do := unix.EPOLL_CTL_MOD
	switch {
	case w.events == 0:
		do = unix.EPOLL_CTL_ADD
	case events == 0:
		do = unix.EPOLL_CTL_DEL
	}
	unix.EpollCtl(w.l.poll, do, w.fd, &unix.EpollEvent{Events: events, Fd: int32(w.fd)})
	w.events = events
}

// close closes the descriptor.
func (w *watch) close() {
	if w == nil || w.fd < 0 {
		return
	}
	w.want(0)
	delete(w.l.watched, w.fd)
	unix.Close(w.fd)
	w.fd = -1
}

// after has do called when some time has passed.
func (l *loop) after(d time.Duration, do func()) *timer {
	t := &timer{time.Now().Add(d), do}
	l.timers = append(l.timers, t)
	return t
}

func (t *timer) stop() {
	if t != nil {
		t.do = nil
	}
}

// run goes on until stopped. Events are taken one at a time: what is done for one
// may close the descriptor of another.
func (l *loop) run() {
	var events [1]unix.EpollEvent
	for {
		next := l.pass()
		if l.stopped {
			return
		}
		n, err := unix.EpollWait(l.poll, events[:], next)
		if n < 1 || err != nil {
			continue
		}
		if w := l.watched[int(events[0].Fd)]; w != nil {
			w.ready()
		}
	}
}

// pass does what the moments that have come were waited for, and returns the
// milliseconds to the next one.
func (l *loop) pass() int {
	now := time.Now()
	for i := 0; i < len(l.timers); i++ {
		if t := l.timers[i]; t.do != nil && !t.at.After(now) {
			do := t.do
			t.do = nil
			do()
		}
	}
	left := l.timers[:0]
	next := -1
	for _, t := range l.timers {
		if t.do == nil {
			continue
		}
		left = append(left, t)
		if ms := int(min(t.at.Sub(now).Milliseconds()+1, 1<<30)); next < 0 || ms < next {
			next = max(0, ms)
		}
	}
	clear(l.timers[len(left):])
	l.timers = left
	return next
}
