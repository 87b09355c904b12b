package spawn

import (
	"encoding/binary"
	"runtime"
	"unsafe"

	"isle/internal/program"
)

// Where the executable lies in memory: its code at codeAt, the program one
// segment further, which is the architecture's largest page.
const (
	codeAt = 0x400000
	dataAt = codeAt + segment

	headers = 64 + 2*56 // the ELF header and two program headers
)

// Executable is an ELF file that runs prog: two segments, one with the code
// that sets the loop's two registers and falls into the loop, one with the
// program (elf(5)).
func Executable(prog *program.Builder) ([]byte, error) {
	size := prog.Size()
	file := make([]byte, segment+size)
	if err := prog.Load(file[segment:], dataAt); err != nil {
		return nil, err
	}
	code := append(prologue(uint64(prog.Entry(dataAt, nil)), dataAt), loopCode()...)
	text := uint64(headers + len(code))

	b := append(file[:0], 0x7f, 'E', 'L', 'F', 2, 1, 1) // 64 bits, little-endian, version 1
	b = append(b, make([]byte, 9)...)
	b = le.AppendUint16(b, 2) // ET_EXEC
	b = le.AppendUint16(b, machine())
	b = le.AppendUint32(b, 1)
	b = le.AppendUint64(b, codeAt+headers) // entry
	b = le.AppendUint64(b, 64)             // program headers
	b = le.AppendUint64(b, 0)              // no sections
	b = le.AppendUint32(b, 0)
	for _, half := range []uint16{64, 56, 2, 0, 0, 0} {
		b = le.AppendUint16(b, half)
	}
	b = load64(b, 1|4, 0, codeAt, text)               // read, execute
	b = load64(b, 2|4, segment, dataAt, uint64(size)) // read, write
	copy(file[len(b):], code)
	return file, nil
}

var le = binary.LittleEndian

// load64 appends a program header of type PT_LOAD.
func load64(b []byte, flags uint32, offset, at, size uint64) []byte {
	b = le.AppendUint32(b, 1)
	b = le.AppendUint32(b, flags)
	for _, word := range []uint64{offset, at, at, size, size, segment} {
		b = le.AppendUint64(b, word)
	}
	return b
}

// machine is the architecture's number, EM_AARCH64 or EM_X86_64.
func machine() uint16 {
	if runtime.GOARCH == "arm64" {
		return 183
	}
	return 62
}

func loopCode() []byte {
	start, end := loopBytes()
	return unsafe.Slice(start, uintptr(unsafe.Pointer(end))-uintptr(unsafe.Pointer(start)))
}

// prologue is the machine code that loads the loop's two registers.
func prologue(entry, status uint64) []byte {
	if runtime.GOARCH == "arm64" {
		return append(movArm64(19, entry), movArm64(20, status)...)
	}
	code := binary.LittleEndian.AppendUint64([]byte{0x48, 0xbb}, entry)       // mov rbx, entry
	return binary.LittleEndian.AppendUint64(append(code, 0x49, 0xbc), status) // mov r12, status
}

// movArm64 is movz and three movk, which together set a register to v.
func movArm64(register uint32, v uint64) []byte {
	var code []byte
	for part := uint32(0); part < 4; part++ {
		op := uint32(0xf2800000) // movk
		if part == 0 {
			op = 0xd2800000 // movz
		}
		half := uint32(v>>(16*part)) & 0xffff
		code = binary.LittleEndian.AppendUint32(code, op|part<<21|half<<5|register)
	}
	return code
}
