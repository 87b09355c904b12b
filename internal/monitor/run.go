package monitor

import (
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/hold"
)

// moment is how long the streams of a container that has ended may stay open: a
// process outside of its PID namespace may hold them, until its cgroup is killed.
const moment = 250 * time.Millisecond

// phase is what the container is doing.
type phase byte

const (
	starting phase = iota // isle container-start works on it
	running
	ending  // its first process has ended; what it printed is read, what is left cleared away
	pausing // until the next start
	over
)

// run is the container from one start to the next.
type run struct {
	phase   phase
	starter int // pid of isle container-start, while it runs
	pid     int // of the container's first process, while it runs
	status  int // its exit status
	streams
	timeout *timer // of the container's time
	health  health
	grace   *timer // of a moment

	clearing, cleared bool // isle container-end works on it; has answered
	again             bool // it is to be started once more
	pause             time.Duration
	next              *timer // of the next start
}

// start starts the container.
func (m *monitor) start() {
	m.run = run{}
	m.listen() // nobody types until the streams are there
	files, err := m.open()
	if err == nil {
		err = m.begin(files)
	}
	if err != nil {
		m.failed(&hold.Failure{Status: 125, Text: "start the container: " + err.Error()})
	}
}

// begin executes container-start, which ends when the container runs. The files
// are the container's ends of its streams, which are closed here.
func (m *monitor) begin(files []int) error {
	defer closeFiles(files)
	var report [2]int
	if err := unix.Pipe2(report[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return err
	}
	defer unix.Close(report[1])
	words := []string{hold.VerbStart, "--report-fd=" + strconv.Itoa(hold.ReportFD)}
	given := []int{files[0], files[1], files[2], report[1]}
	if m.c.Terminal {
		words = append(words, "--console-fd="+strconv.Itoa(hold.ConsoleFD))
		given = append(given, files[3])
	}
	if m.asker == nil {
		words = append(words, hold.OptionAgain)
	}
	var err error
	m.starter, err = m.execute(append(words, m.c.ID), given, func(unix.WaitStatus) {
		m.starter = 0
		if pid, failure := hold.ReadReport(said(report[0])); failure != nil {
			m.failed(failure)
		} else {
			m.started(pid)
		}
	})
	if err != nil {
		unix.Close(report[0])
	}
	return err
}

// started waits for the end of a container that runs.
func (m *monitor) started(pid int) {
	m.phase, m.pid = running, pid
	m.children[pid] = m.exited
	m.takeTerminal()
	m.answer(hold.Started + " " + strconv.Itoa(pid))
	if m.c.Timeout > 0 {
		m.timeout = m.after(m.c.Timeout, func() { unix.Kill(m.pid, unix.SIGKILL) })
	}
	m.checkAfter(m.c.Health)
	// One that has ended already, and of which somebody else has taken leave, would
	// be waited for in vain.
	if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil); err == unix.ECHILD {
		delete(m.children, pid)
		m.ended(unseen)
	}
}

// unseen is the exit code of a container whose end nobody saw.
const unseen = -1

// failed ends a start that came to nothing. Of the first one the starter is told;
// of a later one isle, which decides what is done as it does after an end.
func (m *monitor) failed(f *hold.Failure) {
	m.closeStreams()
	m.status = f.Status
	if m.asker != nil {
		m.answer(hold.Refused(f.Status, f.Text))
		m.end()
		return
	}
	m.phase = ending
	m.clear()
}

// exited is called when the container's first process has ended.
func (m *monitor) exited(status unix.WaitStatus) { m.ended(code(status)) }

func (m *monitor) ended(status int) {
	m.phase, m.pid, m.status = ending, 0, status
	m.timeout.stop()
	m.stopChecking()
	m.input.close()
	m.grace = m.after(moment, m.clear)
	if s := m.out[0]; s != nil && s.terminal {
		s.hurry() // it may have said EIO before the end
	}
	m.streamEnded()
}

// streamEnded goes on when all streams have.
func (m *monitor) streamEnded() {
	if m.phase == ending && m.silent() {
		m.clear()
		m.finish()
	}
}

// clear has isle clear away what is left of the container, and decide whether it
// starts once more. After that nobody is left who could print.
func (m *monitor) clear() {
	m.grace.stop()
	if m.clearing {
		return
	}
	m.clearing = true
	m.ask([]string{hold.VerbEnd, m.c.ID, strconv.Itoa(m.status)}, func(answer string) {
		m.cleared = true
		m.pause, m.again = hold.ReadAgain(answer)
		m.takeRest()
		m.finish()
	})
}

// finish tells the clients of the end when all is read and cleared away.
func (m *monitor) finish() {
	switch {
	case m.phase != ending || !m.cleared || !m.silent():
	case m.again && !m.last:
		m.phase = pausing
		m.log.Rest()
		m.tellExit()
		m.next = m.after(m.pause, m.start)
	default:
		m.end()
	}
}

// end is the end of the monitor, but for what clients have still to be told. The
// socket's file stays: the next monitor, which may be there already, has its own
// in its place.
func (m *monitor) end() {
	m.phase = over
	m.next.stop()
	m.log.Rest()
	m.listener.close()
	m.tellExit()
	m.quitIfAlone()
}

// asked is called for SIGTERM, which means that there is to be no other start.
func (m *monitor) asked() {
	m.last = true
	if m.phase == pausing {
		m.end()
	}
}
