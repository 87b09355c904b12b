package review

import (
	"time"

	"golang.org/x/sys/unix"
)

// moment is a point between two changes of files: what was changed before the
// call has an earlier time, and what is changed after it has this or a later
// one. Most times of files come from a clock that ticks a few hundred times a
// second and is late by up to a tick (CLOCK_REALTIME_COARSE of clock_gettime(2)),
// so it waits until that clock has passed.
func moment() int64 {
	now := clock(unix.CLOCK_REALTIME)
	for clock(unix.CLOCK_REALTIME_COARSE) <= now {
		time.Sleep(time.Millisecond / 2)
	}
	return now + 1
}

func clock(id int32) int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(id, &ts); err != nil {
		return time.Now().UnixNano()
	}
	return ts.Nano()
}

// epoch is the time of day at which the system started, as its clock has it
// now. If it becomes less, the clock was set back.
func epoch() int64 { return clock(unix.CLOCK_REALTIME) - clock(unix.CLOCK_BOOTTIME) }

// setBack is a moment on a clock that has been set back since, by what epoch
// said then and says now.
func setBack(moment, then, now int64) int64 {
	const noise = int64(time.Millisecond) // the two clocks are read one after the other
	if back := then - now; back > noise {
		return moment - back
	}
	return moment
}
