package why

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
)

// elfFile is what execve looks at in an ELF file: a small part of what debug/elf
// reads, without linking its DWARF and zlib (elf(5)).
type elfFile struct {
	machine uint16
	loader  string // the program interpreter, "" for a static binary
}

var errNotELF = errors.New("not an ELF file")

const (
	elfInterp    = 3    // PT_INTERP
	elfMaxPhdrs  = 1024 // more than any real file has
	elfMaxLoader = 4096 // PATH_MAX
)

// parseELF reads the header and the loader's path.
func parseELF(r io.ReaderAt) (f elfFile, err error) {
	var head [64]byte
	if n, _ := r.ReadAt(head[:], 0); n < 52 || !bytes.HasPrefix(head[:], []byte("\x7fELF")) {
		return f, errNotELF
	}
	var order binary.ByteOrder = binary.LittleEndian
	if head[5] == 2 {
		order = binary.BigEndian
	}
	f.machine = order.Uint16(head[18:])
	offset, size, count := uint64(order.Uint32(head[28:])), order.Uint16(head[42:]), order.Uint16(head[44:])
	wide := head[4] == 2
	if wide {
		offset, size, count = order.Uint64(head[32:]), order.Uint16(head[54:]), order.Uint16(head[56:])
	}
	if count > elfMaxPhdrs || offset > 1<<62 {
		return f, fmt.Errorf("program headers out of bounds")
	}
	for i := range uint64(count) {
		where, length, ok := interpreter(r, order, wide, int64(offset+i*uint64(size)))
		if !ok {
			continue
		}
		if length > elfMaxLoader || where > 1<<62 {
			return f, fmt.Errorf("path of the loader out of bounds")
		}
		path := make([]byte, length)
		if _, err := r.ReadAt(path, int64(where)); err != nil {
			return f, fmt.Errorf("path of the loader: %w", err)
		}
		path, _, _ = bytes.Cut(path, []byte{0})
		f.loader = string(path)
		return f, nil
	}
	return f, nil
}

// interpreter reads the program header at offset and says where in the file the
// loader's path stands, if it is the header for that.
func interpreter(r io.ReaderAt, order binary.ByteOrder, wide bool, offset int64) (where, length uint64, ok bool) {
	var head [56]byte
	size := 32
	if wide {
		size = 56
	}
	if _, err := r.ReadAt(head[:size], offset); err != nil || order.Uint32(head[:]) != elfInterp {
		return 0, 0, false
	}
	if wide {
		return order.Uint64(head[8:]), order.Uint64(head[32:]), true
	}
	return uint64(order.Uint32(head[4:])), uint64(order.Uint32(head[16:])), true
}

var machines = [...]struct {
	number       uint16
	name, goarch string
}{
	{3, "i386", "386"}, {8, "mips", "mips"}, {20, "powerpc", "ppc"}, {21, "ppc64", "ppc64le"},
	{22, "s390x", "s390x"}, {40, "arm", "arm"}, {62, "x86-64", "amd64"},
	{183, "aarch64", "arm64"}, {243, "riscv64", "riscv64"}, {258, "loongarch64", "loong64"},
}

// machineName names the e_machine of an ELF file.
func machineName(number uint16) string {
	for _, m := range machines {
		if m.number == number {
			return m.name
		}
	}
	return fmt.Sprintf("machine type %d", number)
}

// hostMachine is the e_machine of this process.
func hostMachine() uint16 {
	for _, m := range machines {
		if m.goarch == runtime.GOARCH {
			return m.number
		}
	}
	return 0
}
