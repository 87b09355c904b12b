package spawn

import (
	"encoding/binary"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// memory is a program laid out where it will run: outside Go's heap, because
// a process without Go uses it.
type memory struct {
	prog  *program.Builder
	bytes []byte
	base  uintptr
}

func load(prog *program.Builder, copied bool) (*memory, error) {
	// To be seen by both, memory must be marked as shared where the process
	// gets a copy of all else; otherwise the cheaper sort does.
	flags := unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_POPULATE
	if copied {
		flags = unix.MAP_SHARED | unix.MAP_ANONYMOUS | unix.MAP_POPULATE
	}
	page := os.Getpagesize()
	size := (prog.Size() + spareSize + page - 1) &^ (page - 1)
	b, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, flags)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	m := &memory{prog, b, uintptr(unsafe.Pointer(&b[0]))}
	if err := prog.Load(b[:size-spareSize], m.base); err != nil {
		m.free()
		return nil, err
	}
	return m, nil
}

// spareSize is what is kept free at the end of the memory for the arguments of clone3.
const spareSize = 128

func (m *memory) spare() []byte { return m.bytes[len(m.bytes)-spareSize:] }

func (m *memory) free() { unix.Munmap(m.bytes) }

func (m *memory) entry() uintptr { return m.prog.Entry(m.base, nil) }

// InnerIndex is the IndexBase of a program that is executed by another one.
const InnerIndex = 1 << 20

// failure is what a status says: the instruction that failed, of the program
// or of the inner one.
func failure(prog, inner *program.Builder, record []byte) error {
	index, errno := ReadStatus(record)
	if index >= InnerIndex && inner != nil {
		prog, index = inner, index-InnerIndex
	}
	if index < 0 || index >= prog.Len() {
		return errNonsense
	}
	return &Failure{Instr: prog.Instr(index), Errno: errno}
}

// ReadStatus takes a status apart: the index of the instruction that failed
// and its errno.
func ReadStatus(status []byte) (index int, errno syscall.Errno) {
	return int(binary.LittleEndian.Uint64(status)), syscall.Errno(binary.LittleEndian.Uint64(status[8:]))
}

// word is the 8-byte value of a cell.
func (m *memory) word(c program.Cell) uint64 {
	return binary.LittleEndian.Uint64(m.bytes[m.prog.Offset(c):])
}

// Failure is an instruction that failed.
type Failure struct {
	Instr *program.Instr
	Errno syscall.Errno
}

func (f *Failure) Error() string { return f.Instr.String() + ": " + f.Errno.Error() }

// Unwrap gives the errno.
func (f *Failure) Unwrap() error { return f.Errno }

// Inline runs a program on the calling thread until its end. The program is to
// leave the thread as it found it; failed is where it goes on an error.
func Inline(prog *program.Builder, status program.Cell) error {
	m, err := load(prog, false)
	if err != nil {
		return err
	}
	defer m.free()
	runQuietly(m.entry(), m.base)
	if m.word(status) != 0 {
		return failure(prog, nil, m.bytes)
	}
	return nil
}
