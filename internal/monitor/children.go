package monitor

import (
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/engine/hold"
)

// children are the processes whose end is waited for, with what is done then.
type children map[int]func(unix.WaitStatus)

// caught are signals that end a process which does not catch them. A monitor goes
// on. They are not ignored, for what it executes would ignore them too.
var caught = [...]os.Signal{
	unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGPIPE, unix.SIGALRM, unix.SIGUSR1, unix.SIGUSR2,
	unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU, unix.SIGIO, unix.SIGPWR, unix.SIGPROF, unix.SIGVTALRM, unix.SIGXCPU, unix.SIGXFSZ,
}

// catchSignals brings the two signals that mean something into the loop.
func (m *monitor) catchSignals() error {
	signal.Notify(make(chan os.Signal, 1), caught[:]...)
	ends, asked := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(ends, unix.SIGCHLD)
	signal.Notify(asked, unix.SIGTERM)
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return os.NewSyscallError("pipe2", err)
	}
	go func() {
		for {
			select {
			case <-ends:
				unix.Write(pipe[1], []byte{'c'})
			case <-asked:
				unix.Write(pipe[1], []byte{'t'})
			}
		}
	}()
	m.watch(pipe[0], unix.EPOLLIN, func() {
		var came [64]byte
		n, _ := unix.Read(pipe[0], came[:])
		for i := range max(0, n) {
			if came[i] == 't' {
				m.asked()
			}
		}
		m.reap()
	})
	return nil
}

// reap takes leave of every process that has ended, of orphans too.
func (m *monitor) reap() {
	for {
		who := -1
		if m.starter != 0 {
			// The container becomes a child when who starts it has ended. Its pid is
			// known then, and not before.
			who = m.starter
		}
		var status unix.WaitStatus
		pid, err := unix.Wait4(who, &status, unix.WNOHANG, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		if ended := m.children[pid]; ended != nil {
			delete(m.children, pid)
			ended(status)
		}
	}
}

// execute executes isle with a verb. Those of the files that are -1 are /dev/null.
func (m *monitor) execute(words []string, files []int, ended func(unix.WaitStatus)) (pid int, err error) {
	null, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, os.NewSyscallError("open "+os.DevNull, err)
	}
	defer unix.Close(null)
	attr := &syscall.ProcAttr{Dir: "/", Env: os.Environ()}
	if m.size != (unix.Winsize{}) {
		attr.Env = append(attr.Env, hold.SizeVariable+"="+strconv.Itoa(int(m.size.Row))+"x"+strconv.Itoa(int(m.size.Col)))
	}
	for _, fd := range files {
		if fd < 0 {
			fd = null
		}
		attr.Files = append(attr.Files, uintptr(fd))
	}
	if pid, err = syscall.ForkExec(m.c.Isle, append([]string{"isle"}, words...), attr); err != nil {
		return 0, &os.PathError{Op: "execute", Path: m.c.Isle, Err: err}
	}
	m.children[pid] = ended
	return pid, nil
}

// ask executes isle with a verb and calls heard with what it has printed when it
// has ended: "" if it could not be executed or has failed.
func (m *monitor) ask(words []string, heard func(answer string)) (pid int) {
	var pipe [2]int
	if unix.Pipe2(pipe[:], unix.O_CLOEXEC|unix.O_NONBLOCK) != nil {
		m.after(0, func() { heard("") })
		return 0
	}
	pid, err := m.execute(words, []int{-1, pipe[1], -1}, func(status unix.WaitStatus) {
		answer := said(pipe[0])
		if code(status) != 0 {
			answer = ""
		}
		heard(answer)
	})
	unix.Close(pipe[1])
	if err != nil {
		unix.Close(pipe[0])
		m.after(0, func() { heard("") })
	}
	return pid
}

// said is what a child that has ended has written to a pipe, which it closes.
func said(pipe int) string {
	defer unix.Close(pipe)
	buffer := make([]byte, 32<<10)
	n, _ := unix.Read(pipe, buffer)
	return string(buffer[:max(0, n)])
}

// code is an exit status as a shell has it: 128+N for signal N.
func code(status unix.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}
