package logs

import (
	"bytes"
	"unicode/utf8"
)

// longest is how much of a line is kept as one piece, as in docker.
const longest = 16 << 10

// lines cuts what a stream brings into lines. What has no end yet is held back,
// up to the longest piece.
type lines struct {
	held []byte
}

// split calls keep for each piece; one that ended has its newline. What it is
// given is gone after it returns.
func (l *lines) split(data []byte, keep func(piece []byte, ended bool)) {
	for len(data) > 0 {
		room := longest - len(l.held)
		end := bytes.IndexByte(data[:min(room, len(data))], '\n') + 1
		switch {
		case end > 0 && len(l.held) == 0:
			keep(data[:end], true)
		case end > 0:
			l.held = append(l.held, data[:end]...)
			keep(l.held, true)
			l.held = l.held[:0]
		case len(data) < room:
			l.held = append(l.held, data...)
			return
		default:
			l.held = append(l.held, data[:room]...)
			end = room
			keep(l.held[:whole(l.held)], false)
			l.held = append(l.held[:0], l.held[whole(l.held):]...)
		}
		data = data[end:]
	}
}

// rest keeps what is held back, as no more comes.
func (l *lines) rest(keep func(piece []byte, ended bool)) {
	if len(l.held) > 0 {
		keep(l.held, false)
		l.held = nil
	}
}

// whole is the length of data without a character at its end that is cut in two.
func whole(data []byte) int {
	for back := 1; back < utf8.UTFMax && back < len(data); back++ {
		if b := data[len(data)-back]; utf8.RuneStart(b) {
			if !utf8.FullRune(data[len(data)-back:]) {
				return len(data) - back
			}
			break
		}
	}
	return len(data)
}
