package monitor

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/attach"
	"isle/internal/engine/hold"
	"isle/internal/engine/logs"
)

// monitor holds a container.
type monitor struct {
	*loop
	c        *hold.Config
	folder   int    // the container's, opened
	asker    *watch // who started the monitor and waits for the container; nil when told
	children children
	log      *logs.Writer
	listener *watch
	clients  []*client
	typed    [1 + attach.Most]byte // a client's message
	size     unix.Winsize          // of a client's terminal; zero: not known
	last     bool                  // the container is not to be started again
	run                            // of the container, now
}

// Main is the monitor's program. It returns its exit status.
func Main(args []string) int {
	c, err := hold.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	m := &monitor{c: c, children: children{}}
	if err := m.prepare(); err != nil {
		unix.Send(hold.Sync, []byte(hold.Refused(125, err.Error())), unix.MSG_NOSIGNAL)
		return 1
	}
	m.loop.run()
	return 0
}

// prepare does what can fail before a container is started.
func (m *monitor) prepare() error {
	// What the starter's own parent has left open is no business of ours.
	unix.CloseRange(hold.Sync+1, 1<<31-1, 0)
	unix.CloseOnExec(hold.Sync)
	// Go would let garbage grow to 4 MiB, and have memory and threads for every processor.
	debug.SetGCPercent(10)
	runtime.GOMAXPROCS(1)
	var err error
	if m.loop, err = newLoop(); err != nil {
		return err
	}
	if err = m.catchSignals(); err != nil {
		return err
	}
	// Who loses its parent in here, as the container does when isle has started
	// it, becomes a child of this process.
	if err = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return os.NewSyscallError("prctl(PR_SET_CHILD_SUBREAPER)", err)
	}
	if m.folder, err = unix.Open(m.c.Dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
		return fmt.Errorf("open the container's folder: %w", err)
	}
	if m.log, err = logs.Open(m.c.Log); err != nil {
		return err
	}
	listening, err := attach.Listen(m.folder)
	if err != nil {
		return err
	}
	m.listener = m.watch(listening, 0, m.accept) // before the start nobody is waited for but the starter
	m.asker = m.watch(hold.Sync, unix.EPOLLIN, m.told)
	return unix.Send(hold.Sync, []byte(hold.Ready), unix.MSG_NOSIGNAL)
}

// told hears what the starter says: to go, or nothing any more.
func (m *monitor) told() {
	var word [16]byte
	n, err := unix.Read(m.asker.fd, word[:])
	if err == unix.EINTR {
		return
	}
	if err != nil || string(word[:n]) != hold.Go {
		m.quit()
		return
	}
	m.asker.want(0)
	m.accept() // who is here before the start misses nothing
	m.listener.want(unix.EPOLLIN)
	m.start()
}

// answer tells the starter, once, how the start went. It may have gone.
func (m *monitor) answer(text string) {
	if m.asker == nil {
		return
	}
	unix.Send(m.asker.fd, []byte(text), unix.MSG_NOSIGNAL)
	m.asker.close()
	m.asker = nil
	// What was needed for the start can go: nothing may happen for months.
	m.after(200*time.Millisecond, debug.FreeOSMemory)
}

// quit ends the monitor.
func (m *monitor) quit() {
	if m.stopped {
		return
	}
	m.log.Close()
	m.stopped = true
}
