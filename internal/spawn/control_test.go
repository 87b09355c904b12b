package spawn

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

func TestSync(t *testing.T) {
	for _, copied := range []bool{false, true} {
		leavesNothing(t)
		var log []string
		part := func(n int) func(pid int) error {
			return func(pid int) error {
				cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
				log = append(log, fmt.Sprintf("%d: %s", n, cwd))
				return err
			}
		}
		p, err := begin(Spec{Copy: copied, Parts: []func(int) error{part(0), part(1)}}, func(b *program.Builder, c *Control) {
			quit := b.Label("quit")
			b.Call(unix.SYS_CHDIR, b.Str("/"))
			Sync(b, c, 0, quit)
			b.Call(unix.SYS_CHDIR, b.Str("/proc"))
			Sync(b, c, 1, quit)
			shell(b, ":")
			b.Mark(quit)
			b.Exit(program.Imm(1))
		})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Release()
		if status, err := p.Wait(false); err != nil || status != 0 || fmt.Sprint(log) != "[0: / 1: /proc]" {
			t.Errorf("status %#x, error %v, parts %v", status, err, log)
		}
	}
}

func TestPartFails(t *testing.T) {
	leavesNothing(t)
	wrong, number := errors.New("wrong"), 0
	_, err := begin(Spec{Parts: []func(int) error{func(pid int) error { number = pid; return wrong }}}, func(b *program.Builder, c *Control) {
		Sync(b, c, 0, b.FailLabel())
		shell(b, ":")
	})
	if part := (*PartError)(nil); !errors.As(err, &part) || !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	if err := unix.Kill(number, 0); err != unix.ESRCH {
		t.Errorf("process %d is still there: %v", number, err)
	}
}

// The child may be killed while the parent does its part.
func TestKilledDuringPart(t *testing.T) {
	leavesNothing(t)
	kill := func(pid int) error {
		unix.Kill(pid, unix.SIGKILL)
		for state := byte(0); state != 'Z'; { // its descriptors are closed by then
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			if err != nil {
				return err
			}
			var name string
			if _, err := fmt.Sscanf(string(stat), "%d %s %c", &pid, &name, &state); err != nil {
				return err
			}
		}
		return nil
	}
	_, err := begin(Spec{Parts: []func(int) error{kill}}, func(b *program.Builder, c *Control) {
		Sync(b, c, 0, b.FailLabel())
		shell(b, ":")
	})
	if !errors.Is(err, unix.EPIPE) {
		t.Errorf("got %v", err)
	}
}

func TestSendFile(t *testing.T) {
	leavesNothing(t)
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	var got string
	take := func(fd int) error {
		f := os.NewFile(uintptr(fd), "file")
		defer f.Close()
		content, _ := io.ReadAll(f)
		flags, _ := unix.FcntlInt(f.Fd(), unix.F_GETFD, 0)
		got += fmt.Sprint(string(content), flags == unix.FD_CLOEXEC)
		return nil
	}
	p, err := begin(Spec{Files: []func(int) error{take}, Parts: []func(int) error{func(int) error { got += " part "; return nil }}}, func(b *program.Builder, c *Control) {
		open := func() *program.Instr { return b.Call(unix.SYS_OPENAT, program.Imm(-1), b.Str(name), program.Imm(0)) }
		SendFile(b, c, 0, open())
		Sync(b, c, 0, b.FailLabel())
		SendFile(b, c, 0, open())
		shell(b, "exit 3")
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Release()
	if status, _ := p.Wait(false); status.ExitStatus() != 3 || got != "contenttrue part contenttrue" {
		t.Errorf("status %#x, got %q", status, got)
	}
}

// A descriptor for which this process has no room is an error.
func TestSendFileWithoutRoom(t *testing.T) {
	leavesNothing(t)
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	var taken []int
	defer func() {
		unix.Setrlimit(unix.RLIMIT_NOFILE, &was)
		for _, fd := range taken {
			unix.Close(fd)
		}
	}()
	unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 64, Max: was.Max})
	for {
		fd, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			break
		}
		taken = append(taken, fd)
	}
	for range 3 { // for the control socket and the pidfd; the first file gets the child's end
		unix.Close(taken[len(taken)-1])
		taken = taken[:len(taken)-1]
	}
	files := 0
	_, err := begin(Spec{Files: []func(int) error{func(fd int) error { files++; taken = append(taken, fd); return nil }}}, func(b *program.Builder, c *Control) {
		SendFile(b, c, 0, b.Test(program.Imm(0)))
		SendFile(b, c, 0, b.Test(program.Imm(0)))
		shell(b, ":")
	})
	if !errors.Is(err, unix.EMFILE) || files != 1 {
		t.Errorf("%d files, error %v", files, err)
	}
}

func TestAbove(t *testing.T) {
	leavesNothing(t)
	control, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	defer control.Close()
	was := control.child
	if err := control.Above(was); err != nil || control.child != was {
		t.Errorf("moved from %d to %d: %v", was, control.child, err)
	}
	if err := control.Above(70); err != nil || control.child < 70 {
		t.Errorf("at %d: %v", control.child, err)
	}
	if flags, err := unix.FcntlInt(uintptr(control.child), unix.F_GETFD, 0); err != nil || flags != unix.FD_CLOEXEC {
		t.Errorf("flags %d: %v", flags, err)
	}
	if err := control.Above(1 << 30); err == nil || control.child < 70 {
		t.Errorf("at %d: %v", control.child, err)
	}
}

// goOn appends the clone of a child that goes on in the process's place.
func goOn(b *program.Builder) *program.Cell {
	pid, child := b.Cell(8, "pid"), b.Label("child")
	args := b.Words(program.Imm(unix.CLONE_VM|unix.CLONE_PARENT|unix.CLONE_PARENT_SETTID|unix.CLONE_CLEAR_SIGHAND), program.Null(), program.Null(), pid.Addr(0),
		program.Imm(0), program.Null(), program.Imm(0), program.Null())
	b.Call(unix.SYS_CLONE3, args.Addr(0), program.Imm(64)).OnZero(child)
	b.Exit(program.Imm(0))
	b.Mark(child)
	return &pid
}

func TestNested(t *testing.T) {
	start := func(before, after func(b *program.Builder), copied bool) (*Process, error) {
		control, err := NewControl()
		if err != nil {
			t.Fatal(err)
		}
		b, finish := child(control)
		before(b)
		pid := goOn(b)
		after(b)
		finish()
		return Start(Spec{Program: b, Control: control, Nested: pid, Copy: copied})
	}
	nothing := func(*program.Builder) {}
	wrong := func(b *program.Builder) { b.Fail(int(unix.ELIBBAD)) }
	for _, copied := range []bool{false, true} {
		leavesNothing(t)
		p, err := start(nothing, func(b *program.Builder) { shell(b, "exit $$") }, copied)
		if err != nil {
			t.Fatal(err)
		}
		if status, err := p.Wait(false); err != nil || status.ExitStatus() != p.Pid&0xff {
			t.Errorf("status %#x of process %d, error %v", status, p.Pid, err)
		}
		p.Release()
		if _, err := start(nothing, wrong, copied); !errors.Is(err, unix.ELIBBAD) {
			t.Errorf("a failure of the second: %v", err)
		}
		if _, err := start(wrong, func(b *program.Builder) { shell(b, ":") }, copied); !errors.Is(err, unix.ELIBBAD) {
			t.Errorf("a failure of the first: %v", err)
		}
	}
}

// A process that ends with an answer unread resets the connection; what it said
// before is not lost, and what follows is an ordinary end of file.
func TestAnswerUnread(t *testing.T) {
	c, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.acknowledge(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, recordSize)
	said[0] = 7
	if _, err := unix.Write(c.child, said); err != nil {
		t.Fatal(err)
	}
	c.closeChild()
	if record, _, err := c.receive(); err != nil || record == nil || record[0] != 7 {
		t.Errorf("record %v, error %v", record, err)
	}
	if record, _, err := c.receive(); err != nil || record != nil {
		t.Errorf("at the end: record %v, error %v", record, err)
	}
}
