package attacks

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// secret is in the environment of the runtimes, and in that of no container.
const secret = "a-secret-of-the-host"

// init keeps the main thread, which does not end with a goroutine, from being
// the one that traces.
func init() { runtime.LockOSThread() }

// watch waits for processes to appear and takes from each what it can, until
// /tmp/stop exists: a line for each thing that it took.
//
//	watch [PID]   PID: this one only
func watch(args []string) error {
	loot, err := os.Create("/tmp/loot")
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	say := func(format string, a ...any) {
		line := fmt.Sprintf(format, a...)
		if !seen[line] {
			seen[line] = true
			fmt.Fprintln(loot, line)
		}
	}
	own := os.Getpid()
	say("ready")
	for n := 0; ; n++ {
		if n%16 == 0 {
			if _, err := os.Stat("/tmp/stop"); err == nil {
				return nil
			}
		}
		for _, pid := range processes(own) {
			if len(args) == 0 || args[0] == strconv.Itoa(pid) {
				rob(pid, say)
			}
		}
	}
}

func processes(but int) (list []int) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid != but {
			list = append(list, pid)
		}
	}
	return list
}

// rob goes for a process: its file, descriptors, memory and the words that it
// was started with.
func rob(pid int, say func(string, ...any)) {
	proc := fmt.Sprintf("/proc/%d/", pid)
	var st unix.Stat_t
	if fd, err := unix.Open(proc+"exe", unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil {
		unix.Fstat(fd, &st)
		say("exe %d:%d", st.Dev, st.Ino)
		unix.Close(fd)
	}
	for fd := 3; fd < 12; fd++ {
		robDescriptor(pid, fd, say)
	}
	for _, name := range []string{"environ", "cmdline"} {
		if text, err := os.ReadFile(proc + name); err == nil && bytes.Contains(text, []byte(secret)) {
			say("secret in %s", name)
		}
	}
	robMemory(proc, say)
	attached := make(chan bool)
	go func() {
		runtime.LockOSThread() // the thread ends with this function, and lets the process go
		attached <- unix.PtraceSeize(pid) == nil
	}()
	if <-attached {
		say("traced")
	}
}

// robDescriptor takes what a descriptor is of by its path, and the descriptor
// itself, which is how to get at a socket (pidfd_getfd(2)).
func robDescriptor(pid, fd int, say func(string, ...any)) {
	var st unix.Stat_t
	path := fmt.Sprintf("/proc/%d/fd/%d", pid, fd)
	if unix.Stat(path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR {
		if text, err := os.ReadFile(path + os.Getenv("CANARY")); err == nil && string(text) == unharmed {
			say("host by descriptor %d", fd)
		}
	}
	target, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return
	}
	defer unix.Close(target)
	if got, err := unix.PidfdGetfd(target, fd, 0); err == nil {
		unix.Fstat(got, &st)
		if st.Mode&unix.S_IFMT == unix.S_IFSOCK {
			say("socket %d", fd)
		}
		unix.Close(got)
	}
}

func robMemory(proc string, say func(string, ...any)) {
	maps, err := os.ReadFile(proc + "maps")
	if err != nil {
		return
	}
	mem, err := os.Open(proc + "mem")
	if err != nil {
		return
	}
	defer mem.Close()
	for line := range strings.Lines(string(maps)) {
		if !strings.Contains(line, "[stack]") && !strings.Contains(line, "rw-p") {
			continue
		}
		var from, to int64
		fmt.Sscanf(line, "%x-%x", &from, &to)
		page := make([]byte, min(to-from, 1<<20))
		if n, _ := mem.ReadAt(page, to-int64(len(page))); bytes.Contains(page[:n], []byte(secret)) {
			say("secret in memory")
		}
	}
}

// loot waits for the watcher and returns what it took.
func (b *bundle) loot() []string {
	b.t.Helper()
	must(b.t, os.WriteFile(b.rootfs("tmp/stop"), nil, 0o644))
	for range 200 {
		if r := b.isle("state", b.id); strings.Contains(r.out, `"stopped"`) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	text, err := os.ReadFile(b.rootfs("tmp/loot"))
	must(b.t, err)
	must(b.t, os.Remove(b.rootfs("tmp/stop")))
	return strings.Fields(strings.ReplaceAll(string(text), " ", "_"))
}

// ready waits until the watcher watches.
func (b *bundle) ready() {
	b.t.Helper()
	for range 500 {
		if text, _ := os.ReadFile(b.rootfs("tmp/loot")); len(text) > 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	b.t.Fatal("the watcher has not begun: ", filepath.Base(b.dir))
}
