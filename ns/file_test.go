package ns

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// checkDescriptors fails the test if it leaves a descriptor open.
func checkDescriptors(t *testing.T) {
	t.Helper()
	if r, w, err := os.Pipe(); err == nil { // has Go open its poller, once
		r.Close()
		w.Close()
	}
	before := descriptors(t)
	t.Cleanup(func() {
		if after := descriptors(t); after != before {
			t.Errorf("%d descriptors open, %d before", after, before)
		}
	})
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// elsewhere is the pid of a process in new namespaces, which lives as long as
// the test.
func elsewhere(t *testing.T, flags uintptr) int {
	t.Helper()
	cmd := exec.Command("cat")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags}
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skip("this process may not make namespaces: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	return cmd.Process.Pid
}

func open(t *testing.T, pid int, k Kind) *File {
	t.Helper()
	f, err := Of(pid, k)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestOf compares every kind with what the kernel says of it in words.
func TestOf(t *testing.T) {
	checkDescriptors(t)
	for _, k := range Kinds {
		f := open(t, 0, k)
		link, err := os.Readlink("/proc/self/ns/" + k.File())
		if err != nil {
			t.Fatal(err)
		}
		if f.String() != link || f.Kind() != k {
			t.Errorf("%s is %v of kind %v", link, f, f.Kind())
		}
		id, err := IDOf(os.Getpid(), k)
		if err != nil || id != f.ID() {
			t.Errorf("%v has the ID %v, and %v without opening it, error %v", f, f.ID(), id, err)
		}
	}
}

// TestSame looks at a process with some namespaces of its own.
func TestSame(t *testing.T) {
	checkDescriptors(t)
	own := SetOf(User, UTS, IPC)
	pid := elsewhere(t, uintptr(own.Flags()))
	for _, k := range Kinds {
		here, there := open(t, 0, k), open(t, pid, k)
		if Same(here, there) == own.Has(k) {
			t.Errorf("%v and %v: same is %v", here, there, Same(here, there))
		}
		if !Same(here, open(t, os.Getpid(), k)) {
			t.Errorf("%v is not the same as itself", here)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	checkDescriptors(t)
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, "/dev/null", "/proc/self/status", t.TempDir()} {
		f, err := Open(path)
		var refused *NotNamespaceError
		if !errors.As(err, &refused) || refused.Path != path {
			t.Errorf("%s: %v, error %v", path, f, err)
		}
	}
	if _, err := Open("/nowhere"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Of(1<<30, Net); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a process that is not there: %v", err)
	}
	if _, err := IDOf(1<<30, Net); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a process that is not there: %v", err)
	}
}

// TestOutlives holds the namespace of a process that has ended.
func TestOutlives(t *testing.T) {
	cmd := exec.Command("sh", "-c", "echo; read x")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: uintptr(SetOf(User, UTS).Flags())}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip("this process may not make namespaces: ", err)
	}
	bufio.NewReader(out).ReadString('\n')
	f := open(t, cmd.Process.Pid, UTS)
	in.Close()
	cmd.Wait()
	again, err := Open(fmt.Sprintf("/proc/self/fd/%d", f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if !Same(f, again) {
		t.Errorf("%v and %v", f, again)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if err := f.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := f.Owner(); err == nil || !strings.Contains(err.Error(), "get the owner of uts:[") {
		t.Errorf("the owner through a closed file: %v", err)
	}
}

// TestOpenOpensNamespacesOnly: a path of somebody else's may lead to a pipe or a
// device that does something when it is opened. It is not.
func TestOpenOpensNamespacesOnly(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	opened := make(chan bool)
	go func() { // which waits until somebody opens the pipe for reading
		f, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		opened <- true
		if err == nil {
			f.Close()
		}
	}()
	for range 50 {
		if _, err := Open(pipe); !errors.As(err, new(*NotNamespaceError)) {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	select {
	case <-opened:
		t.Error("the pipe was opened")
	default:
	}
	f, err := os.OpenFile(pipe, os.O_RDONLY|unix.O_NONBLOCK, 0) // lets the writer go
	if err != nil {
		t.Fatal(err)
	}
	<-opened
	f.Close()
}
