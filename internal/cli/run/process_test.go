package run_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestExitStatus(t *testing.T) {
	root := newRoot(t)
	if err := os.WriteFile(filepath.Join(root, "bin/notelf"), []byte{0, 1, 2, 3}, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, init := range [][]string{nil, {"--init"}} {
		args := append([]string{"--rootfs", root}, init...)
		want(t, 0, "", append(args, "/bin/probe", "exit", "0")...)
		want(t, 7, "", append(args, "/bin/probe", "exit", "7")...)
		want(t, 255, "", append(args, "/bin/probe", "exit", "255")...)
		want(t, 127, "failed to execute nosuch: No such file or directory", append(args, "nosuch")...)
		want(t, 127, "failed to execute /bin/nosuch", append(args, "/bin/nosuch")...)
		want(t, 126, "failed to execute /etc/passwd: Permission denied", append(args, "/etc/passwd")...)
		want(t, 126, "failed to execute /etc: Permission denied", append(args, "/etc")...)
	}
	want(t, 128+int(unix.SIGKILL), "", "--rootfs", root, "--init", "/bin/probe", "kill", "SIGKILL")
	want(t, 128+int(unix.SIGTERM), "", "--rootfs", root, "--init", "/bin/probe", "kill", "SIGTERM")
	want(t, 128+int(unix.SIGKILL), "", "--rootfs", root, "--share", "pid", "/bin/probe", "kill", "SIGKILL")
}

// TestExecutionOnVolumes names the cause where the file is not in the root, but
// on what is mounted there.
func TestExecutionOnVolumes(t *testing.T) {
	dir, root := openDir(t), newRoot(t)
	for name, text := range map[string]string{"dos": "#!/bin/probe\r\n", "lost": "#!/bin/nosuch\n", "good": "#!/bin/probe\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "plain"), "text\n")
	for _, init := range [][]string{nil, {"--init"}} {
		args := append([]string{"--rootfs", root}, init...)
		want(t, 127, "ends in a carriage return", append(args, "-v", dir+":/v", "/v/dos")...)
		want(t, 127, "/v/lost is there, but the interpreter that it asks for, /bin/nosuch, is not", append(args, "-v", dir+":/v", "/v/lost")...)
		want(t, 127, dir+"/nosuch does not exist", append(args, "-v", dir+":/v", "/v/nosuch")...)
		want(t, 126, "chmod +x "+dir+"/plain", append(args, "-v", dir+":/v", "/v/plain")...)
		want(t, 126, "/v/good is on a file system that is mounted noexec", append(args, "-v", dir+":/v:noexec", "/v/good")...)
		want(t, 126, "is on a file system that is mounted noexec", append(args, "-v", dir+":/v:noexec", "-e", "PATH=/v", "good")...)
	}
}

func TestInit(t *testing.T) {
	root := newRoot(t)
	want(t, 0, "pid 1 of 1", "--rootfs", root, "/bin/probe", "ps")
	want(t, 0, "pid 2 of 2", "--rootfs", root, "--init", "/bin/probe", "ps")
	want(t, 0, "reaped", "--rootfs", root, "--init", "/bin/probe", "orphan")
	want(t, 0, "zombie", "--rootfs", root, "/bin/probe", "orphan") // which shows that the test can fail
	want(t, 125, "needs a new PID namespace", "--share", "pid", "--init", "true")
}

// TestSignals: what isle is sent arrives at the program, with an init or without.
func TestSignals(t *testing.T) {
	root := newRoot(t)
	for _, init := range [][]string{nil, {"--init"}} {
		for _, sig := range []syscall.Signal{unix.SIGTERM, unix.SIGINT, unix.SIGHUP, unix.SIGUSR1} {
			cmd, _ := start(t, append(append([]string{"--rootfs", root}, init...), "/bin/probe", "trap")...)
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != 50+int(sig) {
				t.Errorf("%v, %v: status %d, want %d", init, sig, got, 50+int(sig))
			}
		}
	}
}

// TestDieWithParent: a killed isle takes the program with it if that is asked
// for, whoever the program runs as.
func TestDieWithParent(t *testing.T) {
	root := newRoot(t)
	cases := [][]string{nil, {"--init"}, {"--share", "pid"}, {"--no-new-privs=no", "--cap-drop", "all"}}
	if os.Geteuid() == 0 {
		cases = append(cases, []string{"-u", "bob"})
	}
	for _, args := range cases {
		cmd, _ := start(t, append(append([]string{"--rootfs", root}, args...), "/bin/probe", "say", "up", ",", "sleep", "1m")...)
		fd, err := unix.PidfdOpen(int(number(t, childOf(t, cmd.Process.Pid))), 0)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Process.Kill()
		if !ends(fd) {
			t.Errorf("%v: the program is still there after 5 s", args)
			unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
		}
		unix.Close(fd)
	}
}

// ends waits up to 5 seconds for the end of a pidfd's process.
func ends(fd int) bool {
	poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for range 50 {
		if n, _ := unix.Poll(poll, 100); n == 1 { // else interrupted, or out of time
			return true
		}
	}
	return false
}

// TestDescriptors: nothing that isle has open arrives, but what is asked for.
func TestDescriptors(t *testing.T) {
	root := newRoot(t)
	_, file := shelf(t)
	with := func(args ...string) result {
		cmd := command(t, append([]string{"--rootfs", root}, args...)...)
		for range 3 {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			cmd.ExtraFiles = append(cmd.ExtraFiles, f)
		}
		return finish(t, cmd)
	}
	for args, fds := range map[string]string{"": "0 1 2 open\n", "--init": "0 1 2 open\n", "--preserve-fds=1": "0 1 2 3 open\n", "--preserve-fds=3": "0 1 2 3 4 5 open\n"} {
		if r := with(append(strings.Fields(args), "/bin/probe", "fds")...); r.out != fds {
			t.Errorf("%s: %+v, want %s", args, r, fds)
		}
	}
	if r := with("--preserve-fds=2", "/bin/probe", "cat", "/proc/self/fd/4"); r.out != "of the host\n" {
		t.Errorf("%+v", r)
	}
	if r := with("--preserve-fds=4", "/bin/probe", "id"); r.code != 125 || !strings.Contains(r.err, "descriptor 6 is not open") {
		t.Errorf("%+v", r)
	}
	want(t, 125, "takes a number", "--preserve-fds", "x", "true")
}

func TestClocks(t *testing.T) {
	if _, err := os.Stat("/proc/self/ns/time"); err != nil {
		t.Skip("time namespaces: ", err)
	}
	root := newRoot(t)
	for arg, shift := range map[string][2]int64{"1000000": {1000000, 1000000}, "monotonic=5000": {5000, 0}, "boottime=5000": {0, 5000}} {
		var now [2]int64
		for i, clock := range []int32{unix.CLOCK_MONOTONIC, unix.CLOCK_BOOTTIME} {
			var ts unix.Timespec
			if err := unix.ClockGettime(clock, &ts); err != nil {
				t.Fatal(err)
			}
			now[i] = ts.Sec
		}
		var got [2]int64
		r := want(t, 0, "", "--rootfs", root, "--time-offset", arg, "/bin/probe", "clocks")
		fmt.Sscan(r.out, &got[0], &got[1])
		for i := range got {
			if d := got[i] - now[i] - shift[i]; d < 0 || d > 60 {
				t.Errorf("--time-offset %s: clock %d is %d s off", arg, i, d)
			}
		}
	}
	want(t, 125, "unknown clock", "--time-offset", "real=1", "true")
	want(t, 125, "not a number of seconds", "--time-offset", "1.5", "true")
	want(t, 125, "out of range", "--time-offset", "-99999999999", "true")
	want(t, 125, "need a new time namespace", "--share", "time", "--time-offset", "1", "true")
}

func TestStandardFiles(t *testing.T) {
	root := newRoot(t)
	const size = 20 << 20
	cmd := command(t, "--rootfs", root, "/bin/probe", "count")
	cmd.Stdin = io.LimitReader(zeros{}, size)
	if r := finish(t, cmd); r.out != fmt.Sprintln(size, "bytes") {
		t.Errorf("in: %+v", r)
	}
	cmd = command(t, "--rootfs", root, "/bin/probe", "flood", fmt.Sprint(size))
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil || out.Len() != size {
		t.Errorf("out: %d bytes, %v", out.Len(), err)
	}
	began := time.Now()
	if r := run(t, "--rootfs", root, "/bin/probe", "count"); r.out != "0 bytes\n" || time.Since(began) > 10*time.Second {
		t.Errorf("without input: %+v", r)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
