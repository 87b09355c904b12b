package spawn

import (
	"encoding/binary"
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// Control is the socket pair between the parent and the process that runs a
// program. The process writes records of 16 bytes: a failure is the index of an
// instruction and its errno; a request has one of the bits below and, in its
// low half, a number. End of file means that the program was executed.
type Control struct {
	parent, child int
}

const (
	recordSize  = program.StatusSize
	requestSync = 1 << 32 // wait until the parent has done its part number n
	requestFile = 1 << 33 // take the descriptor number n that comes with this record
	requestPid  = 1 << 34 // process n, a child made with CLONE_PARENT, goes on in the sender's place
	lowHalf     = 1<<32 - 1
)

// NewControl makes a socket pair.
func NewControl() (*Control, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socketpair", err)
	}
	return &Control{fds[0], fds[1]}, nil
}

// Above moves the process's end to a descriptor of at least n, out of the way
// of those that the program is given.
func (c *Control) Above(n int) error {
	if c.child >= n {
		return nil
	}
	fd, err := unix.FcntlInt(uintptr(c.child), unix.F_DUPFD_CLOEXEC, n)
	if err != nil {
		return os.NewSyscallError("fcntl", err)
	}
	unix.Close(c.child)
	c.child = fd
	return nil
}

// Close closes what is open of the pair.
func (c *Control) Close() {
	c.closeChild()
	if c.parent >= 0 {
		unix.Close(c.parent)
		c.parent = -1
	}
}

func (c *Control) closeChild() {
	if c.child >= 0 {
		unix.Close(c.child)
		c.child = -1
	}
}

// Socket is the process's end as an argument; a nil Control, as when a program
// is only listed, gives a placeholder.
func (c *Control) Socket() program.Arg {
	if c == nil {
		return program.Named(0, "control")
	}
	return program.Named(uint64(c.child), "control")
}

// Alone appends the instruction by which the process gives up its copy of the
// parent's end: only then does it see the end of a parent that is killed, and does
// not wait for it for ever.
func Alone(b *program.Builder, c *Control) {
	parent := program.Named(0, "the parent's end of control")
	if c != nil {
		parent = program.Named(uint64(c.parent), "the parent's end of control")
	}
	b.Call(unix.SYS_CLOSE, parent).Ignore()
}

// Sync appends the instructions that make the process wait until the parent
// has done its part number n; if the parent gives up they go to quit.
func Sync(b *program.Builder, c *Control, n int, quit *program.Label) {
	record := b.CellOf(binary.LittleEndian.AppendUint64(nil, uint64(requestSync|n)), "sync")
	b.Cell(8, "padding")
	b.Call(unix.SYS_WRITE, c.Socket(), record.Addr(0), program.Imm(recordSize))
	b.Call(unix.SYS_READ, c.Socket(), record.Addr(0), program.Imm(1)).OnZero(quit)
}

// SendPid appends the instructions that tell the parent, which does not share
// memory, of the child whose pid is in a cell: the first 8 bytes of a record
// that has room for 16.
func SendPid(b *program.Builder, c *Control, pid program.Cell) {
	high := b.Sub(pid.Load(0), program.Imm(-requestPid))
	high.Store(pid, 0)
	b.Call(unix.SYS_WRITE, c.Socket(), pid.Addr(0), program.Imm(recordSize))
}

// AwaitParent appends the instructions with which that child waits until the
// parent knows of it; if the parent is gone they go to quit.
func AwaitParent(b *program.Builder, c *Control, quit *program.Label) {
	word := b.Cell(8, "word")
	b.Call(unix.SYS_READ, c.Socket(), word.Addr(0), program.Imm(1)).OnZero(quit)
}

// SendFile appends the instruction that hands the descriptor in fd to the
// parent, as the file of that number.
func SendFile(b *program.Builder, c *Control, number int, fd *program.Instr) {
	SendFileOver(b, c.Socket(), number, fd)
}

// SendFileOver is SendFile over any socket.
func SendFileOver(b *program.Builder, socket program.Arg, number int, fd *program.Instr) {
	record := b.CellOf(binary.LittleEndian.AppendUint64(nil, uint64(requestFile|number)), "file")
	b.Cell(8, "padding")
	iov := b.Words(record.Addr(0), program.Imm(recordSize))
	cmsg := b.CellOf(unix.UnixRights(0), "rights")
	fd.Store(cmsg, unix.CmsgLen(0))
	msg := b.Words(program.Null(), program.Imm(0), iov.Addr(0), program.Imm(1), cmsg.Addr(0), program.Imm(unix.CmsgSpace(4)), program.Imm(0))
	b.Call(unix.SYS_SENDMSG, socket, msg.Addr(0), program.Imm(unix.MSG_NOSIGNAL))
}

// Report appends, at label fail, the instructions that tell the parent of a
// failure and end the process, and at label quit those that only end it. The
// status is at the start of the image, which they need to know as an address.
func Report(b *program.Builder, c *Control, fail, quit *program.Label) {
	b.Mark(fail)
	b.Call(unix.SYS_WRITE, c.Socket(), b.Status(), program.Imm(recordSize)).OnError(quit)
	b.Mark(quit)
	b.Exit(program.Imm(1))
}

// receive reads a record, and the descriptor that comes with it or -1. It
// returns nil at end of file.
func (c *Control) receive() (record []byte, fd int, err error) { return Receive(c.parent) }

var errHalf = errors.New("spawn: half a record")

// Receive reads a record from a socket, as Control's own are read.
func Receive(socket int) (record []byte, fd int, err error) {
	record = make([]byte, recordSize)
	oob := make([]byte, unix.CmsgSpace(4))
	n, oobn, err := recvmsg(socket, record, oob)
	switch {
	case err != nil:
		return nil, -1, os.NewSyscallError("recvmsg", err)
	case n == 0:
		return nil, -1, nil
	case n < recordSize:
		return nil, -1, errHalf
	}
	return record, rights(oob[:oobn]), nil
}

// HandsOver says whether a record comes with a descriptor.
func HandsOver(record []byte) bool { return request(record)&requestFile != 0 }

func rights(oob []byte) int {
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(msgs) == 0 {
		return -1
	}
	fds, err := unix.ParseUnixRights(&msgs[0])
	if err != nil || len(fds) == 0 {
		return -1
	}
	return fds[0]
}

func (c *Control) acknowledge() error {
	_, err := unix.Write(c.parent, []byte{1})
	return err
}
