package attach

import "encoding/binary"

// File is the name of the socket in a container's folder.
const File = "attach"

// Kind is the first byte of a message and says what the others are.
type Kind byte

// The messages of a client. The first one is always Hello.
const (
	Hello Kind = 'h' // a byte of Wants
	Input Kind = 'i' // what is typed
	End   Kind = 'e' // no more is typed
	Size  Kind = 'w' // of the client's terminal: rows and columns, 16 bits each
)

// The messages of the monitor. After Exit it closes.
const (
	Output Kind = 'o' // what the container prints
	Errors Kind = 'r' // what it prints on standard error
	Exit   Kind = 'x' // its exit status, 32 bits
)

// Wants are what a client says of itself in its Hello.
type Wants byte

// What a client can want.
const (
	// WantsInput: it types. One that does not can leave as it pleases.
	WantsInput Wants = 1 << iota
	// WantsAll: the container waits for it to read, as a program waits for the
	// reader of a pipe. It is for who runs a container in the foreground. Any
	// other client is let go if it does not read for a while.
	WantsAll
)

// Most is the number of bytes of data that a message can have.
const Most = 32 << 10

// Hi makes a client's Hello.
func Hi(w Wants) []byte { return []byte{byte(Hello), byte(w)} }

// Resized makes the message that tells of a terminal's size.
func Resized(rows, columns uint16) []byte {
	m := []byte{byte(Size)}
	m = binary.BigEndian.AppendUint16(m, rows)
	return binary.BigEndian.AppendUint16(m, columns)
}

// Exited makes the monitor's last message.
func Exited(status int) []byte {
	return binary.BigEndian.AppendUint32([]byte{byte(Exit)}, uint32(status))
}

// ReadHello takes the data of a Hello apart.
func ReadHello(data []byte) (w Wants, ok bool) {
	if len(data) != 1 {
		return 0, false
	}
	return Wants(data[0]), true
}

// ReadSize takes the data of a Size apart.
func ReadSize(data []byte) (rows, columns uint16, ok bool) {
	if len(data) != 4 {
		return 0, 0, false
	}
	return binary.BigEndian.Uint16(data), binary.BigEndian.Uint16(data[2:]), true
}

// ReadExit takes the data of an Exit apart.
func ReadExit(data []byte) (status int, ok bool) {
	if len(data) != 4 {
		return 0, false
	}
	return int(int32(binary.BigEndian.Uint32(data))), true
}
