package resources

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The test binary serves as the process in a group too: with this variable set it
// does what it is told, a line at a time, and answers each with a line.
const servant = "ISLE_TEST_SERVANT"

func TestMain(m *testing.M) {
	if os.Getenv(servant) != "" {
		serve()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var orders = map[string]func(args []string) error{
	"ping": func([]string) error { return nil },
	"open": func(a []string) error { // PATH FLAGS
		flags, _ := strconv.Atoi(a[1])
		fd, err := unix.Open(a[0], flags|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
		if err == nil {
			unix.Close(fd)
		}
		return err
	},
	"mknod": func(a []string) error { // PATH MODE DEV
		mode, _ := strconv.ParseUint(a[1], 10, 32)
		dev, _ := strconv.ParseUint(a[2], 10, 64)
		return unix.Mknod(a[0], uint32(mode), int(dev))
	},
	"fork": func(a []string) error { // N children that sleep
		n, _ := strconv.Atoi(a[0])
		for range n {
			cmd := exec.Command("/bin/sleep", "1000")
			if err := cmd.Start(); err != nil {
				return err
			}
		}
		return nil
	},
	"eat": func(a []string) error { // BYTES in a child, which may be killed
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), "ISLE_TEST_EAT="+a[0])
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w %.200q", err, out)
		}
		return nil
	},
	"ignore": func([]string) error { signal.Ignore(unix.SIGTERM); return nil },
	"hang":   func(a []string) error { return hang(a[0]) },
	"write":  func(a []string) error { return os.WriteFile(a[0], []byte(a[1]), 0) },
	"mkdir":  func(a []string) error { return os.Mkdir(a[0], 0o755) },
	"spin": func(a []string) error { // MILLISECONDS of a processor
		n, _ := strconv.ParseInt(a[0], 10, 64)
		for used := int64(0); used < n*1e6; {
			var u unix.Rusage
			if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
				return err
			}
			used = u.Utime.Nano() + u.Stime.Nano()
		}
		return nil
	},
}

func serve() {
	if n, _ := strconv.Atoi(os.Getenv("ISLE_TEST_EAT")); n > 0 {
		mem, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_POPULATE)
		if err != nil || mem == nil {
			fmt.Println(err)
			os.Exit(3)
		}
		return
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		words := strings.Fields(in.Text())
		if err := orders[words[0]](words[1:]); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("ok")
		}
	}
}

// hang has a thread wait for a file system that never answers, which nothing but
// SIGKILL ends. The file system is in a mount namespace of that thread's own.
func hang(dir string) error {
	said := make(chan error)
	go func() {
		runtime.LockOSThread()
		fuse, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
		if err == nil {
			err = unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS)
		}
		if err == nil {
			err = unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
		}
		if err == nil {
			err = unix.Mount("fuse", dir, "fuse", 0, fmt.Sprintf("fd=%d,rootmode=40000,user_id=0,group_id=0", fuse))
		}
		if err != nil {
			said <- err
			return
		}
		asked := make([]byte, 1<<17)
		_, err = unix.Read(fuse, asked) // FUSE_INIT
		answer := make([]byte, 16+64)   // struct fuse_out_header, fuse_init_out
		binary.NativeEndian.PutUint32(answer, uint32(len(answer)))
		copy(answer[8:16], asked[8:16])
		answer[16], answer[20] = 7, 31 // its version
		if err == nil {
			_, err = unix.Write(fuse, answer)
		}
		said <- err
		var st unix.Stat_t
		_ = unix.Stat(dir+"/x", &st)
	}()
	return <-said
}

// child is a process that does what it is told.
type child struct {
	t   testing.TB
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func newChild(t testing.TB) *child { return newChildIn(t, -1) }

// newChildIn starts one in a cgroup of version 2, if dir is one.
func newChildIn(t testing.TB, dir int) *child {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), servant+"=1", "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if dir >= 0 {
		cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, dir
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{t, cmd, in, bufio.NewReader(out)}
	t.Cleanup(c.end)
	return c
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// try has it do something, and returns what came of it: "ok" or an error's text.
func (c *child) try(format string, args ...any) string {
	c.t.Helper()
	line := fmt.Sprintf(format, args...)
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		c.t.Fatalf("%s: %v", line, err)
	}
	said, err := c.out.ReadString('\n')
	if err != nil {
		c.t.Fatalf("%s: %q, %v", line, said, err)
	}
	return strings.TrimSuffix(said, "\n")
}

// do has it do something that must succeed.
func (c *child) do(format string, args ...any) {
	c.t.Helper()
	if said := c.try(format, args...); said != "ok" {
		c.t.Fatalf(format+": %s", append(args, said)...)
	}
}

// end kills it, frozen or not.
func (c *child) end() {
	if c.cmd.ProcessState == nil {
		_ = c.cmd.Process.Kill()
		list, _ := memberships(c.pid())
		for _, m := range list {
			if m.controllers == "freezer" && strings.Contains(m.path, "isle-test-") {
				_ = os.WriteFile(known+"/freezer"+m.path+"/freezer.state", []byte("THAWED"), 0)
			}
		}
		_ = c.cmd.Wait() // which closes both pipes
	}
}

// newShell runs a script with descriptors from 3 on. It is bash, for others know
// none above 9.
func newShell(t testing.TB, script string, fds []int) *child {
	t.Helper()
	cmd := exec.Command("/bin/bash", "-c", script)
	cmd.Stderr = os.Stderr
	for _, fd := range fds {
		copied, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		f := os.NewFile(uintptr(copied), "door")
		defer f.Close()
		cmd.ExtraFiles = append(cmd.ExtraFiles, f)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{t, cmd, in, bufio.NewReader(out)}
	t.Cleanup(c.end)
	return c
}

func (c *child) line(t testing.TB) string {
	t.Helper()
	said, err := c.out.ReadString('\n')
	if err != nil {
		t.Fatalf("%q, %v", said, err)
	}
	return strings.TrimSuffix(said, "\n")
}
