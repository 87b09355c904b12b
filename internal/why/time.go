package why

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func timeRules() []rule {
	return []rule{
		{ops: []Op{OpTimeOffset}, errnos: []syscall.Errno{syscall.ENOENT}, find: timeMissing},
		{ops: []Op{OpTimeOffset}, errnos: []syscall.Errno{syscall.EACCES}, find: timeFrozen},
		{ops: []Op{OpTimeOffset}, errnos: []syscall.Errno{syscall.EPERM}, find: overKind(ns.Time, unix.CAP_SYS_TIME)},
		{ops: []Op{OpTimeOffset}, errnos: []syscall.Errno{syscall.ERANGE}, find: timeRange},
		{ops: []Op{OpTimeOffset}, errnos: []syscall.Errno{syscall.EINVAL}, find: timeInvalid},
	}
}

func timeMissing(f Failure, h *Host) (Explanation, bool) {
	f.Kinds = ns.SetOf(ns.Time)
	return kindMissing(f, h)
}

// timeFrozen: offsets are for a namespace that no process has entered yet.
func timeFrozen(f Failure, h *Host) (Explanation, bool) {
	own, ok1 := h.inode(f.target(), ns.Time.File())
	next, ok2 := h.inode(f.target(), ns.Time.FileForChildren())
	if f.New.Has(ns.Time) || !ok1 || !ok2 || own != next {
		return none()
	}
	return because("the time namespace already has a process in it, and its offsets can be set only before", "set offsets together with creating the namespace: --time --boottime SECONDS")
}

// maxClock is how far a clock may be moved: half of what 64-bit nanoseconds hold
// (KTIME_SEC_MAX/2 in the kernel).
const maxClock = (1<<63 - 1) / 1_000_000_000 / 2

// timeRange says which clock would leave its range.
func timeRange(f Failure, h *Host) (Explanation, bool) {
	if !h.live {
		return none()
	}
	for line := range strings.SplitSeq(f.Map, "\n") {
		name, seconds, ok := parseOffset(line)
		clock := int32(unix.CLOCK_BOOTTIME)
		if name == "monotonic" || name == "1" {
			clock = unix.CLOCK_MONOTONIC
		}
		var now unix.Timespec
		if !ok || unix.ClockGettime(clock, &now) != nil {
			continue
		}
		switch {
		case seconds < 0 && now.Sec+seconds < 0:
			return because(fmt.Sprintf("the offset would set the clock %s below zero: it reads %d seconds now", name, now.Sec), fmt.Sprintf("move it back by at most %d seconds", now.Sec))
		case seconds > maxClock-now.Sec:
			return because(fmt.Sprintf("the offset would set the clock %s beyond the %d seconds that the kernel allows", name, int64(maxClock)), "use a smaller offset")
		}
	}
	return none()
}

// parseOffset parses a line of timens_offsets: clock, seconds, nanoseconds
// (time_namespaces(7)).
func parseOffset(line string) (clock string, seconds int64, ok bool) {
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return "", 0, false
	}
	seconds, err := strconv.ParseInt(fields[1], 10, 64)
	return fields[0], seconds, err == nil
}

func timeInvalid(f Failure, _ *Host) (Explanation, bool) {
	for line := range strings.SplitSeq(strings.TrimSpace(f.Map), "\n") {
		name, _, ok := parseOffset(line)
		known := allows([]string{"monotonic", "boottime", strconv.Itoa(unix.CLOCK_MONOTONIC), strconv.Itoa(unix.CLOCK_BOOTTIME)}, name)
		if !ok || !known {
			return because(fmt.Sprintf("the line %q is not of the form CLOCK SECONDS NANOSECONDS with the clock monotonic or boottime", line), "correct the offset")
		}
	}
	return none()
}
