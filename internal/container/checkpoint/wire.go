package checkpoint

import (
	"encoding/binary"
	"errors"
)

// message is a message in protobuf's encoding. What is zero or empty is left out
// when it is written, which has the reader take its default.
type message []byte

// The types of fields that criu's messages have.
const (
	wireNumber = 0
	wireFixed8 = 1
	wireBytes  = 2
	wireFixed4 = 5
)

func (m *message) tag(field, kind int) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|uint64(kind))
}

// number adds a number even if it is 0, as a descriptor may be.
func (m *message) number(field, n int) {
	m.tag(field, wireNumber)
	*m = binary.AppendUvarint(*m, uint64(n))
}

func (m *message) flag(field int, on bool) {
	if on {
		m.number(field, 1)
	}
}

func (m *message) text(field int, s string) {
	if s != "" {
		m.part(field, message(s))
	}
}

// part adds a message within the message.
func (m *message) part(field int, part message) {
	m.tag(field, wireBytes)
	*m = binary.AppendUvarint(*m, uint64(len(part)))
	*m = append(*m, part...)
}

var errWire = errors.New("it is no message of criu's")

// fields calls f with each field of a message: a number and its bytes, or bytes.
func (m message) fields(f func(field int, n uint64, part message)) error {
	for len(m) > 0 {
		tag, size := binary.Uvarint(m)
		if size <= 0 || tag>>3 == 0 || tag>>3 > 1<<29-1 {
			return errWire
		}
		m = m[size:]
		n, part, size := m.value(int(tag & 7))
		if size <= 0 || size > len(m) {
			return errWire
		}
		m = m[size:]
		f(int(tag>>3), n, part)
	}
	return nil
}

// value reads what follows a tag; a size of 0 or below says that it is none.
func (m message) value(kind int) (n uint64, part message, size int) {
	switch kind {
	case wireNumber:
		n, size = binary.Uvarint(m)
		part = m[:max(size, 0)]
	case wireFixed8:
		size = 8
	case wireFixed4:
		size = 4
	case wireBytes:
		length, head := binary.Uvarint(m)
		if head > 0 && length <= uint64(len(m)-head) {
			size = head + int(length)
			part = m[head:size]
		}
	}
	return n, part, size
}
