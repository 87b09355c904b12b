package program

// The layout that the loop in package spawn reads. All words are 8 bytes,
// little-endian. An image is a status, the instructions, their error tables,
// then the data.
//
//	status       index of the last instruction that failed, its errno
//	instruction  number, six arguments, mask of arguments to be read from
//	             memory, result, where to store it, target on zero, error
//	             table, next instruction, index, two words unused
//	error table  pairs of errno and target, ended by a pair with errno 0
//	             whose target takes all other errors
const (
	StatusSize = 16
	instrSize  = 128

	offArgs   = 8
	offMask   = 56
	offResult = 64
	offStore  = 72
	offZero   = 80
	offErrors = 88
	offNext   = 96
	offIndex  = 104
)

// Size is the number of bytes that the program takes in memory.
func (b *Builder) Size() int {
	return b.dataStart() + len(b.data.bytes)
}

func (b *Builder) dataStart() int {
	n := StatusSize + len(b.instrs)*instrSize
	for _, i := range b.instrs {
		n += 16 * (len(i.onErr) + 1)
	}
	return n
}

// Entry is the address of the label's instruction in an image at base, of the
// first one if l is nil.
func (b *Builder) Entry(base uintptr, l *Label) uintptr {
	n := 0
	if l != nil {
		n = l.index
	}
	return base + StatusSize + uintptr(n)*instrSize
}

// Offset is where in an image the cell's memory begins.
func (b *Builder) Offset(c Cell) int { return b.dataStart() + int(c.off) }

// Instr returns instruction n, as a failure names it.
func (b *Builder) Instr(n int) *Instr { return b.instrs[n] }
