package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const journalSocket = "/run/systemd/journal/socket"

// journal sends lines to systemd's journal, a datagram each.
type journal struct {
	fd     int
	to     unix.SockaddrUnix
	fields []byte // those that are the same for each line
	buffer []byte
	failed error
}

func openJournal(o Options, socket string) (keeper, error) {
	if _, err := os.Stat(socket); err != nil {
		return nil, fmt.Errorf("keep the log in the journal: %w; is systemd-journald running?", err)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	// A journal that does not read holds nobody up for longer than that.
	limit := unix.Timeval{Sec: 5}
	unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit)
	j := &journal{fd: fd, to: unix.SockaddrUnix{Name: socket}}
	identifier := o.Tag
	if identifier == "" {
		identifier = o.Name
	}
	for _, field := range [...][2]string{
		{"CONTAINER_ID", o.ID[:min(12, len(o.ID))]},
		{"CONTAINER_ID_FULL", o.ID},
		{"CONTAINER_NAME", o.Name},
		{"CONTAINER_TAG", o.Tag},
		{"SYSLOG_IDENTIFIER", identifier},
	} {
		if field[1] != "" {
			j.fields = appendField(j.fields, field[0], []byte(field[1]))
		}
	}
	return j, nil
}

// keep sends a piece of a line: standard error with the priority of an error.
func (j *journal) keep(s Stream, _ time.Time, piece []byte, ended bool) {
	priority := "6"
	if s == Stderr {
		priority = "3"
	}
	b := append(j.buffer[:0], j.fields...)
	b = appendField(b, "PRIORITY", []byte(priority))
	if !ended {
		b = appendField(b, "CONTAINER_PARTIAL_MESSAGE", []byte("true"))
	}
	j.buffer = appendField(b, "MESSAGE", bytes.TrimSuffix(piece, []byte("\n")))
	for {
		err := unix.Sendto(j.fd, j.buffer, unix.MSG_NOSIGNAL, &j.to)
		if err != unix.EINTR {
			j.failed = err
			return
		}
	}
}

// appendField appends a field. With the length of its value before it, the value
// may have any bytes.
func appendField(b []byte, name string, value []byte) []byte {
	b = append(b, name...)
	b = append(b, '\n')
	b = binary.LittleEndian.AppendUint64(b, uint64(len(value)))
	b = append(b, value...)
	return append(b, '\n')
}

func (j *journal) flush() error {
	err := j.failed
	j.failed = nil
	return err
}

func (j *journal) close() error { return unix.Close(j.fd) }
