package spawn

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

func randomBytes(r *rand.Rand) []byte {
	data := make([]byte, r.IntN(400))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return data
}

// inline runs the operations on this thread.
func inline(t *testing.T, ops []operation) outcome {
	b := build(ops)
	b.End()
	m, err := load(b.Builder, false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.free()
	runQuietly(m.entry(), m.base)
	return outcomeOf(m.bytes[b.Offset(b.cells[0]):], m.bytes)
}

func same(t *testing.T, form string, data []byte, got outcome, ops []operation, pid int) {
	t.Helper()
	if want := interpret(ops, int64(pid)); got != want {
		t.Fatalf("%s, program %x:\n got %+v\nwant %+v", form, data, got, want)
	}
}

func FuzzLoop(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x0d\x00\x05\x00\x05\x00\x04\x00\x07\x00\x00\x00\x00\x01\x09\x00"))
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		f.Add(randomBytes(r))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ops := operations(data)
		same(t, "inline", data, inline(t, ops), ops, os.Getpid())
	})
}

// tell appends the instructions that write what inline looks at to fd, and end
// the process.
func (b *built) tell(fd program.Arg) {
	done := b.Label("told")
	b.FailTo(done)
	b.Call(unix.SYS_WRITE, fd, b.Status(), program.Imm(program.StatusSize))
	b.Call(unix.SYS_WRITE, fd, b.cells[0].Addr(0), program.Imm(8*cellCount))
	b.Mark(done)
	b.Exit(program.Imm(3))
}

func told(t *testing.T, b []byte) outcome {
	if len(b) != program.StatusSize+8*cellCount {
		t.Fatalf("%d bytes told", len(b))
	}
	return outcomeOf(b[program.StatusSize:], b)
}

func TestLoopInChild(t *testing.T) {
	for _, c := range []struct {
		name string
		copy bool
	}{{"shared", false}, {"copied", true}} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			for range 100 {
				data := randomBytes(r)
				ops := operations(data)
				got, pid := inChild(t, ops, c.copy)
				same(t, c.name, data, got, ops, pid)
			}
		})
	}
}

func inChild(t *testing.T, ops []operation, copied bool) (outcome, int) {
	pr, pw, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pr.Close()
	control, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	b := build(ops)
	b.tell(program.Imm(int(pw.Fd())))
	p, err := Start(Spec{Program: b.Builder, Control: control, Copy: copied})
	pw.Close()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Release()
	status, err := p.Wait(false)
	if err != nil || status.ExitStatus() != 3 {
		t.Fatalf("status %#x, error %v", status, err)
	}
	out, err := io.ReadAll(pr)
	if err != nil {
		t.Fatal(err)
	}
	return told(t, out), p.Pid
}

func TestLoopInExecutable(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	file := filepath.Join(t.TempDir(), "program")
	for range 60 {
		data := randomBytes(r)
		ops := operations(data)
		b := build(ops)
		b.tell(program.Imm(1))
		image, err := Executable(b.Builder)
		if err != nil {
			t.Fatal(err)
		}
		os.Remove(file)
		if err := os.WriteFile(file, image, 0o755); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		cmd := exec.Command(file)
		cmd.Stdout = &out
		if err := cmd.Run(); cmd.ProcessState.ExitCode() != 3 {
			t.Fatal(err)
		}
		same(t, "executable", data, told(t, out.Bytes()), ops, cmd.Process.Pid)
	}
}

func TestEveryArgumentFromMemory(t *testing.T) {
	b := &program.Builder{}
	failed := b.Cell(8, "failed")
	fail := b.Label("fail")
	b.FailTo(fail)
	from, to := b.CellOf([]byte("isle"), "from"), b.Cell(8, "to")
	local, remote := b.Words(to.Addr(0), program.Imm(4)), b.Words(from.Addr(0), program.Imm(4))
	var args []program.Arg
	for _, a := range []program.Arg{program.Imm(os.Getpid()), local.Addr(0), program.Imm(1), remote.Addr(0), program.Imm(1), program.Imm(0)} {
		args = append(args, b.Test(a).Result())
	}
	read, equal := b.Label("read"), b.Label("equal")
	n := b.Call(unix.SYS_PROCESS_VM_READV, args...)
	b.Sub(n.Result(), program.Imm(4)).OnZero(read)
	b.Fail(int(unix.EIO))
	b.Mark(read)
	b.Sub(to.Load(0), from.Load(0)).OnZero(equal)
	b.Fail(int(unix.EILSEQ))
	b.Mark(equal)
	b.End()
	b.Mark(fail)
	b.Test(program.Imm(1)).Store(failed, 0)
	b.End()
	if err := Inline(b, failed); err != nil {
		t.Error(err)
	}
}

func TestInlineFails(t *testing.T) {
	b := &program.Builder{}
	failed := b.Cell(8, "failed")
	fail := b.Label("fail")
	b.FailTo(fail)
	b.Step(3)
	b.Call(unix.SYS_GETPID)
	b.Step(4)
	b.Call(unix.SYS_CHDIR, b.Str("/nowhere/at/all")).Called("go there")
	b.End()
	b.Mark(fail)
	b.Test(program.Imm(1)).Store(failed, 0)
	b.End()
	f, ok := Inline(b, failed).(*Failure)
	if !ok || f.Errno != unix.ENOENT || f.Instr.Step != 4 || f.Instr.Doing != "go there" {
		t.Errorf("got %v", f)
	}
	if err := Inline(&program.Builder{}, failed); err == nil {
		t.Error("an empty program ran")
	}
}
