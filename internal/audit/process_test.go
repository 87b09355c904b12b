package audit

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func installFilter(insns []unix.SockFilter) error {
	prog := unix.SockFprog{Len: uint16(len(insns)), Filter: &insns[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(insns)
	if errno != 0 {
		return errno
	}
	return nil
}

// process is a process that a test audits.
type process struct {
	pid   int // the last descendant of what was started
	first int
	lines *bufio.Reader
}

// started starts a program, waits until it or one below it says that it is
// ready, and ends all of them with the test.
func started(t testing.TB, files []*os.File, env []string, words ...string) process {
	t.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.ExtraFiles = files
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(cmd) })
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q says %q: %v", words, line, err)
	}
	all := descendants(cmd.Process.Pid)
	return process{all[len(all)-1], cmd.Process.Pid, lines}
}

// end ends the last descendant of a program, so that each above it sees its
// child end and ends too, leaving no orphan; those that do not are ended after
// a while.
func end(cmd *exec.Cmd) {
	list := descendants(cmd.Process.Pid)
	unix.Kill(list[len(list)-1], unix.SIGKILL)
	late := time.AfterFunc(3*time.Second, func() {
		for _, pid := range list {
			unix.Kill(pid, unix.SIGKILL)
		}
	})
	defer late.Stop()
	cmd.Wait()
}

// descendants are a process, a child of its, a child of that, and so on.
func descendants(pid int) (list []int) {
	for pid != 0 {
		list = append(list, pid)
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
		pid = 0
		if words := strings.Fields(string(text)); len(words) > 0 {
			pid, _ = strconv.Atoi(words[0])
		}
	}
	return list
}

// waits is a shell that does something, says that it is ready and waits.
func waits(script string) []string {
	return []string{"sh", "-ec", script + "\necho ready; exec sleep 60"}
}

// shell starts a program of util-linux with options, and a shell below it.
func shell(t testing.TB, options, script string) process {
	t.Helper()
	needs(t, options)
	return started(t, nil, nil, append(strings.Fields(options), waits(script)...)...)
}

// helped starts this binary below a program with options.
func helped(t testing.TB, options, deeds string) process {
	t.Helper()
	needs(t, options)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Go would keep files of the host's cgroups open.
	env := []string{"GODEBUG=containermaxprocs=0,updatemaxprocs=0", helper + "=" + deeds, "ISLE_AUDIT_DIR=" + t.TempDir()}
	return started(t, nil, env, append(strings.Fields(options), self)...)
}

// needs skips if this user may not do what the options say.
func needs(t testing.TB, options string) {
	t.Helper()
	if options == "" {
		return
	}
	if out, err := exec.Command("sh", "-c", options+" true").CombinedOutput(); err != nil {
		t.Skipf("%s: %v: %s", options, err, out)
	}
}

// socket listens at a path of the host until the test ends.
func socket(t testing.TB, path string) string {
	t.Helper()
	if !strings.HasPrefix(path, "@") {
		path = filepath.Join(t.TempDir(), path)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return path
}
