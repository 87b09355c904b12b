package netdevice

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// attributes calls take with each attribute of a message behind its header, and
// with its bytes as a whole.
func attributes(data []byte, header int, take func(kind uint16, value, whole []byte)) {
	for rest := data[min(header, len(data)):]; len(rest) >= unix.SizeofRtAttr; {
		length := int(binary.NativeEndian.Uint16(rest))
		if length < unix.SizeofRtAttr || length > len(rest) {
			return
		}
		next := min((length+3)&^3, len(rest))
		take(binary.NativeEndian.Uint16(rest[2:])&^(unix.NLA_F_NESTED|unix.NLA_F_NET_BYTEORDER), rest[unix.SizeofRtAttr:length], rest[:next])
		rest = rest[next:]
	}
}

// attribute is the value of one attribute.
func attribute(data []byte, header int, which uint16) (found []byte, ok bool) {
	attributes(data, header, func(kind uint16, value, _ []byte) {
		if kind == which {
			found, ok = value, true
		}
	})
	return found, ok
}

// number is the value of an attribute of 32 bits, 0 without it.
func number(data []byte, header int, which uint16) uint32 {
	if value, ok := attribute(data, header, which); ok && len(value) == 4 {
		return binary.NativeEndian.Uint32(value)
	}
	return 0
}

// text is a string up to its zero.
func text(value []byte) string {
	s, _, _ := bytes.Cut(value, []byte{0})
	return string(s)
}

// add appends an attribute to a message. Values are short: names and numbers.
func add(m []byte, kind uint16, value []byte) []byte {
	m = binary.NativeEndian.AppendUint16(m, uint16(unix.SizeofRtAttr+len(value)))
	m = append(binary.NativeEndian.AppendUint16(m, kind), value...)
	return append(m, make([]byte, -len(m)&3)...)
}

func addNumber(m []byte, kind uint16, value uint32) []byte {
	return add(m, kind, binary.NativeEndian.AppendUint32(nil, value))
}

// addText appends a string with its zero.
func addText(m []byte, kind uint16, value string) []byte {
	return add(m, kind, append([]byte(value), 0))
}
