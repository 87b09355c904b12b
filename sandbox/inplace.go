package sandbox

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/spawn"
)

// Exec carries out the plan in this process: the program keeps its pid, and has
// its standard input and outputs. On success it does not return.
//
// A step that fails after this process has been replaced makes it execute the
// file it was started from again. That says on standard error what failed and
// why, before its main is reached, and exits with the StepError's Status.
func (c *Cmd) Exec() error {
	p, err := c.Plan()
	if err != nil {
		return err
	}
	h, err := openHandles(firstClosed(p))
	defer h.close()
	if err != nil {
		return err
	}
	l := p.LowerInPlace(strconv.Itoa(os.Getpid()), h.links, plan.Relay{
		Report: h.report, Self: h.self, Args: []string{failedArg, strconv.Itoa(h.report)}, Env: os.Environ(),
	})
	if err := writeReport(h.report, p, l); err != nil {
		return err
	}
	return spawn.InPlace(l.Builder, os.Args, os.Environ())
}

// handles are the descriptors that the process keeps until the program is
// executed, all of them above those that the program gets.
type handles struct {
	self, report int
	links        [2]int
}

func openHandles(above int) (h handles, err error) {
	h = handles{-1, -1, [2]int{-1, -1}}
	if h.self, err = openSelf(); err != nil {
		return h, err
	}
	if h.links, err = unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET, 0); err != nil {
		h.links = [2]int{-1, -1}
		return h, os.NewSyscallError("socketpair", err)
	}
	if h.report, err = unix.MemfdCreate("isle-report", 0); err != nil {
		h.report = -1
		return h, os.NewSyscallError("memfd_create", err)
	}
	for _, fd := range []*int{&h.self, &h.links[0], &h.links[1], &h.report} {
		if err := moveAbove(fd, above); err != nil {
			return h, err
		}
	}
	return h, nil
}

func moveAbove(fd *int, above int) error {
	if *fd >= above {
		return nil
	}
	moved, err := unix.FcntlInt(uintptr(*fd), unix.F_DUPFD, above)
	if err != nil {
		return os.NewSyscallError("fcntl", err)
	}
	unix.Close(*fd)
	*fd = moved
	return nil
}

func (h *handles) close() {
	for _, fd := range []int{h.self, h.report, h.links[0], h.links[1]} {
		unix.Close(fd)
	}
}
