package resources

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// WatchOOM has f called, by a goroutine of its own, whenever the kernel has killed
// a process of the group for want of memory, or in version 1 would have. It ends
// when the group is gone, has no processes any more, or the context is done.
func (g *Group) WatchOOM(ctx context.Context, f func()) error {
	t := g.tree("memory")
	if t == nil {
		return g.missing("memory", "memory")
	}
	watch := t.watchV1
	if t.V2 {
		watch = t.watchV2
	}
	file, err := watch()
	if err != nil {
		return &Error{Doing: "watch " + t.Dir() + " for want of memory", Err: err, Hint: hint("", err)}
	}
	// The tree of its own is for Close, which would close what is read meanwhile.
	go (&Tree{V2: t.V2, Mount: t.Mount, Path: t.Path}).watch(ctx, file, f)
	return nil
}

func (t *Tree) watch(ctx context.Context, file *os.File, f func()) {
	defer t.close()
	defer file.Close()
	stop := context.AfterFunc(ctx, func() { _ = file.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	last, _ := t.kills()
	buf := make([]byte, 4096)
	for {
		if _, err := file.Read(buf); err != nil {
			return
		}
		count, err := t.kills()
		if err != nil {
			return // the group is gone, which wakes too
		}
		if !t.V2 || count > last {
			f()
		}
		if last = count; t.V2 && t.empty() {
			return // kernels before 7 say nothing when it is removed
		}
	}
}

// OOMKills is how many processes of the group the kernel has killed for want of
// memory; 0 if that is not known.
func (g *Group) OOMKills() uint64 {
	t := g.tree("memory")
	if t == nil {
		return 0
	}
	n, _ := t.kills()
	return n
}

// kills is how many processes were killed so far (oom_kill). Version 1 has had
// that since Linux 4.13.
func (t *Tree) kills() (uint64, error) {
	file := "memory.oom_control"
	if t.V2 {
		file = "memory.events"
	}
	text, err := t.read(file)
	if err != nil {
		return 0, err
	}
	return keyed(text, "oom_kill"), nil
}

// keyed reads the number of a key in a file of lines "key number".
func keyed(text, key string) uint64 {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, key+" "); ok {
			n, _ := strconv.ParseUint(strings.TrimSpace(rest), 10, 64)
			return n
		}
	}
	return 0
}

// watchV1 gives an event counter that memory.oom_control counts up
// (admin-guide/cgroup-v1/memory, "OOM Control").
func (t *Tree) watchV1() (*os.File, error) {
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, err
	}
	control, err := t.at(t.in("memory.oom_control"), unix.O_RDONLY)
	if err == nil {
		err = t.write("cgroup.event_control", strconv.Itoa(event)+" "+strconv.Itoa(control))
		unix.Close(control)
	}
	if err != nil {
		unix.Close(event)
		return nil, err
	}
	return os.NewFile(uintptr(event), "eventfd"), nil
}

// watchV2 gives an inotify descriptor for the files that say what happens.
func (t *Tree) watchV2() (*os.File, error) {
	notify, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, err
	}
	for _, file := range [...]string{"memory.events", "cgroup.events"} {
		fd, err := t.at(t.in(file), unix.O_RDONLY)
		if err == nil {
			_, err = unix.InotifyAddWatch(notify, "/proc/self/fd/"+strconv.Itoa(fd), unix.IN_MODIFY|unix.IN_DELETE_SELF)
			unix.Close(fd)
		}
		if err != nil {
			unix.Close(notify)
			return nil, err
		}
	}
	return os.NewFile(uintptr(notify), "inotify"), nil
}

func (t *Tree) empty() bool {
	text, err := t.read("cgroup.events")
	return err != nil || keyed(text, "populated") == 0
}
