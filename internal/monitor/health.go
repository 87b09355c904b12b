package monitor

import (
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/hold"
)

// health are the checks of a container's health, which isle carries out. It says
// when the next one is to be.
type health struct {
	next    *timer
	checker int // pid of isle container-health, while it runs
}

// retry is the time to the next check after one that could not say it.
const retry = 30 * time.Second

func (m *monitor) checkAfter(d time.Duration) {
	if d > 0 {
		m.health.next = m.after(d, m.check)
	}
}

func (m *monitor) check() {
	pid := m.pid
	m.health.checker = m.ask([]string{hold.VerbHealth, m.c.ID}, func(answer string) {
		if m.pid != pid {
			return // the container has ended meanwhile, and may run again
		}
		m.health.checker = 0
		next, ok := hold.ReadChecked(answer)
		if !ok {
			next = retry
		}
		m.checkAfter(next)
	})
}

// stopChecking ends a check that is being made: there is nothing to be checked.
func (m *monitor) stopChecking() {
	m.health.next.stop()
	if m.health.checker != 0 {
		unix.Kill(m.health.checker, unix.SIGKILL)
	}
}
