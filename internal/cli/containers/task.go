package containers

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/passwd"
)

// task is a process as /proc has it.
type task struct {
	pid    int
	stat   []string // of /proc/PID/stat from the state on
	comm   string
	status map[string]string
}

// readTask reads a process, nil if it is gone.
func readTask(pid int) *task {
	dir := "/proc/" + strconv.Itoa(pid)
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return nil
	}
	from, to := strings.IndexByte(string(stat), '('), strings.LastIndexByte(string(stat), ')')
	t := &task{pid: pid, status: map[string]string{}}
	if from < 0 || to < from {
		return nil
	}
	t.comm, t.stat = string(stat[from+1:to]), strings.Fields(string(stat[to+1:]))
	status, _ := os.ReadFile(dir + "/status")
	for _, line := range strings.Split(string(status), "\n") {
		name, value, _ := strings.Cut(line, ":")
		t.status[name] = strings.TrimSpace(value)
	}
	if len(t.stat) < 22 {
		return nil
	}
	return t
}

// Numbers of fields of stat, from the state on (proc_pid_stat(5)).
const (
	fieldState, fieldPpid, fieldPgrp, fieldTTY = 0, 1, 2, 4
	fieldUser, fieldSystem                     = 11, 12
	fieldNice, fieldStart, fieldVsize          = 16, 19, 20
)

const ticks = 100 // clock ticks a second, on all machines

func (t *task) number(field int) int64 {
	n, _ := strconv.ParseInt(t.stat[field], 10, 64)
	return n
}

// age is how long the process has been there.
func (t *task) age() time.Duration {
	var now unix.Timespec
	unix.ClockGettime(unix.CLOCK_BOOTTIME, &now)
	return max(0, time.Duration(now.Nano())-time.Duration(t.number(fieldStart))*time.Second/ticks)
}

// used is how long it has kept processors busy.
func (t *task) used() time.Duration {
	return time.Duration(t.number(fieldUser)+t.number(fieldSystem)) * time.Second / ticks
}

// inner is a process's number in its innermost namespace.
func (t *task) inner(name string) string {
	words := strings.Fields(t.status[name])
	if len(words) == 0 {
		return "?"
	}
	return words[len(words)-1]
}

// parent is the parent's pid as the container sees it: 0 of its first process.
func (t *task) parent() string {
	if t.inner("NSpid") == "1" {
		return "0"
	}
	if p := readTask(int(t.number(fieldPpid))); p != nil && len(strings.Fields(p.status["NSpid"])) == len(strings.Fields(t.status["NSpid"])) {
		return p.inner("NSpid")
	}
	return "0"
}

// args is its command line.
func (t *task) args() string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", t.pid))
	if len(text) == 0 {
		return "[" + t.comm + "]"
	}
	return strings.TrimSpace(strings.ReplaceAll(string(text), "\x00", " "))
}

// outer is an effective id as the host sees it.
func (t *task) outer(name string) uint32 {
	words := strings.Fields(t.status[name])
	if len(words) < 2 {
		return 0
	}
	n, _ := strconv.ParseUint(words[1], 10, 32)
	return uint32(n)
}

// mapped is an id as the container sees it, by one of its maps.
func (t *task) mapped(id uint32, file string) uint32 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", t.pid, file))
	for _, line := range strings.Split(string(text), "\n") {
		var in, out, count uint32
		if n, _ := fmt.Sscan(line, &in, &out, &count); n == 3 && id >= out && id-out < count {
			return in + id - out
		}
	}
	return id
}

// user is the name of its user in the container, or the number.
func (t *task) user() string {
	return passwd.In(fmt.Sprintf("/proc/%d/root", t.pid)).Name(t.mapped(t.outer("Uid"), "uid_map"))
}

// topColumn is a column of isle top: by podman's name, and by ps's code.
type topColumn struct {
	name, code, heading string
	of                  func(*task) string
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

var topColumns = [...]topColumn{
	{"user", "%u", "USER", (*task).user},
	{"pid", "%p", "PID", func(t *task) string { return t.inner("NSpid") }},
	{"ppid", "%P", "PPID", (*task).parent},
	{"pcpu", "%C", "%CPU", func(t *task) string {
		return fmt.Sprintf("%.3f", 100*t.used().Seconds()/max(0.01, t.age().Seconds()))
	}},
	{"etime", "%t", "ELAPSED", func(t *task) string { return t.age().Round(10 * time.Millisecond).String() }},
	{"tty", "%y", "TTY", (*task).tty},
	{"time", "%x", "TIME", func(t *task) string { return t.used().String() }},
	{"args", "%a", "COMMAND", (*task).args},
	{"comm", "%c", "COMMAND", func(t *task) string { return t.comm }},
	{"group", "%g", "GROUP", func(t *task) string { return number(int64(t.mapped(t.outer("Gid"), "gid_map"))) }},
	{"hpid", "", "HPID", func(t *task) string { return strconv.Itoa(t.pid) }},
	{"hppid", "", "HPPID", func(t *task) string { return t.stat[fieldPpid] }},
	{"huser", "", "HUSER", func(t *task) string { return number(int64(t.outer("Uid"))) }},
	{"hgroup", "", "HGROUP", func(t *task) string { return number(int64(t.outer("Gid"))) }},
	{"nice", "%n", "NI", func(t *task) string { return t.stat[fieldNice] }},
	{"pgid", "%r", "PGID", func(t *task) string { return t.inner("NSpgid") }},
	{"rss", "", "RSS", func(t *task) string { return strings.TrimSuffix(t.status["VmRSS"], " kB") }},
	{"state", "", "STATE", func(t *task) string { return t.stat[fieldState] }},
	{"vsz", "%z", "VSZ", func(t *task) string { return number(t.number(fieldVsize) >> 10) }},
}

// tty is its terminal, ? if there is none.
func (t *task) tty() string {
	n := uint64(t.number(fieldTTY))
	switch major, minor := unix.Major(n), unix.Minor(n); {
	case n == 0:
		return "?"
	case major >= 136 && major < 144:
		return fmt.Sprintf("pts/%d", (major-136)*256+minor)
	default:
		return fmt.Sprintf("tty%d", minor)
	}
}
