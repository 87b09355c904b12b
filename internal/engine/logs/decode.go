package logs

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Entry is a piece of what a container has printed: a line with its newline, or
// part of a line without.
type Entry struct {
	Time   time.Time
	Stream Stream
	Text   []byte // valid until the next entry
}

// Ended says whether the line ends here.
func (e *Entry) Ended() bool { return len(e.Text) > 0 && e.Text[len(e.Text)-1] == '\n' }

// decode reads a line of the log, as appendEntry writes it and docker does. Text
// is put into room.
func decode(line, room []byte) (e Entry, ok bool) {
	line, ok = bytes.CutPrefix(line, []byte(`{"log":"`))
	if !ok {
		return e, false
	}
	if e.Text, line, ok = unescape(room, line); !ok {
		return e, false
	}
	line, ok = bytes.CutPrefix(line, []byte(`,"stream":"`))
	if !ok {
		return e, false
	}
	stream, line, ok := bytes.Cut(line, []byte{'"'})
	if !ok {
		return e, false
	}
	if string(stream) == "stderr" {
		e.Stream = Stderr
	}
	// What else there may be, such as docker's attributes, is passed over.
	i := bytes.LastIndex(line, []byte(`,"time":"`))
	if i < 0 {
		return e, false
	}
	stamp, _, ok := bytes.Cut(line[i+len(`,"time":"`):], []byte{'"'})
	if !ok {
		return e, false
	}
	var err error
	e.Time, err = time.Parse(time.RFC3339Nano, string(stamp))
	return e, err == nil
}

// unescape appends the text before the next quote to b, and returns what follows.
func unescape(b, s []byte) (text, rest []byte, ok bool) {
	for {
		i := bytes.IndexAny(s, `"\`)
		if i < 0 {
			return b, nil, false
		}
		b = append(b, s[:i]...)
		if s[i] == '"' {
			return b, s[i+1:], true
		}
		if s = s[i+1:]; len(s) == 0 {
			return b, nil, false
		}
		c := s[0]
		s = s[1:]
		if c != 'u' {
			const names, signs = `nrtbf"\/`, "\n\r\t\b\f\"\\/"
			j := bytes.IndexByte([]byte(names), c)
			if j < 0 {
				return b, nil, false
			}
			b = append(b, signs[j])
			continue
		}
		r, after, ok := unicodeOf(s)
		if !ok {
			return b, nil, false
		}
		s = after
		if utf16.IsSurrogate(r) {
			second, after, ok := unicodeOf(bytes.TrimPrefix(s, []byte(`\u`)))
			if r = utf16.DecodeRune(r, second); ok && r != utf8.RuneError {
				s = after
			} else {
				r = utf8.RuneError
			}
		}
		b = utf8.AppendRune(b, r)
	}
}

// unicodeOf reads four hexadecimal digits.
func unicodeOf(s []byte) (rune, []byte, bool) {
	if len(s) < 4 {
		return 0, s, false
	}
	n, err := strconv.ParseUint(string(s[:4]), 16, 16)
	return rune(n), s[4:], err == nil
}
