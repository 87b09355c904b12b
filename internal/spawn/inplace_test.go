package spawn

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

func init() {
	roles["inplace"] = roleInPlace
	roles["relay"] = roleRelay
	roles["told"] = roleTold
}

// roleInPlace becomes a shell in the same process.
func roleInPlace() error {
	b := &program.Builder{}
	fail := b.Label("fail")
	b.FailTo(fail)
	b.Call(unix.SYS_CHDIR, b.Str("/proc"))
	shell(b, "pwd; echo $$; exit 5")
	b.Mark(fail)
	b.Exit(program.Imm(9))
	return InPlace(b, os.Args, os.Environ())
}

func TestInPlace(t *testing.T) {
	var out bytes.Buffer
	cmd := exec.Command(executable(t))
	cmd.Env = append(os.Environ(), roleVariable+"=inplace")
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	cmd.Run()
	if want := fmt.Sprintf("/proc\n%d\n", cmd.Process.Pid); out.String() != want || cmd.ProcessState.ExitCode() != 5 {
		t.Errorf("status %v, output %q, want %q", cmd.ProcessState, out.String(), want)
	}
}

func TestInPlaceRefuses(t *testing.T) {
	leavesNothing(t)
	b := &program.Builder{}
	b.End()
	if err := InPlace(&program.Builder{}, nil, nil); err == nil {
		t.Error("an empty program")
	}
	if err := InPlace(b, []string{"a\x00b"}, nil); err == nil {
		t.Error("a NUL byte in an argument")
	}
	if err := InPlace(b, nil, []string{"a\x00b"}); err == nil {
		t.Error("a NUL byte in the environment")
	}
}

// roleRelay fails at an instruction after it has taken its own place, and has
// a child of it told.
func roleRelay() error {
	self, err := unix.Open("/proc/self/exe", unix.O_PATH, 0)
	if err != nil {
		return err
	}
	report, err := unix.MemfdCreate("report", 0)
	if err != nil {
		return err
	}
	b := &program.Builder{}
	fail, quit := b.Label("fail"), b.Label("quit")
	b.FailTo(fail)
	b.Call(unix.SYS_GETPID)
	b.Call(unix.SYS_CHDIR, b.Str("/nowhere/at/all"))
	Relay(b, fail, quit, report, self, []string{"told", strconv.Itoa(report)}, []string{roleVariable + "=told"})
	return InPlace(b, os.Args, os.Environ())
}

func roleTold() error {
	fd, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return err
	}
	status := make([]byte, program.StatusSize)
	if _, err := unix.Pread(fd, status, 0); err != nil {
		return err
	}
	index, errno := ReadStatus(status)
	fmt.Println(index, errno == unix.ENOENT, os.Getppid())
	os.Exit(77)
	return nil
}

func TestRelay(t *testing.T) {
	var out bytes.Buffer
	cmd := exec.Command(executable(t))
	cmd.Env = append(os.Environ(), roleVariable+"=relay")
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	cmd.Run()
	if want := fmt.Sprintf("1 true %d\n", cmd.Process.Pid); out.String() != want || cmd.ProcessState.ExitCode() != 77 {
		t.Errorf("status %v, output %q, want %q", cmd.ProcessState, out.String(), want)
	}
}
