package logs

import (
	"time"
	"unicode/utf8"
)

// appendEntry appends a line of the log: docker's {"log":,"stream":,"time":}.
// A log that ends without a newline is a piece of a line.
func appendEntry(b []byte, s Stream, now time.Time, piece []byte) []byte {
	return append(appendPiece(b, piece), ending(s, now)...)
}

func appendPiece(b, piece []byte) []byte {
	b = append(b, `{"log":"`...)
	return appendEscaped(b, piece)
}

// ending is what follows the piece.
func ending(s Stream, now time.Time) []byte {
	b := append(make([]byte, 0, 96), `","stream":"`...)
	b = append(b, s.String()...)
	b = append(b, `","time":"`...)
	b = now.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, "\"}\n"...)
}

// appendEscaped writes a text as JSON has it within quotes. Bytes that are no
// UTF-8 cannot be written in JSON, and become U+FFFD.
func appendEscaped(b, text []byte) []byte {
	const hex = "0123456789abcdef"
	plain := 0 // where what needs no escape began
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' && c != 0x7f {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			if r, size = utf8.DecodeRune(text[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		b = append(b, text[plain:i]...)
		switch {
		case c >= utf8.RuneSelf:
			b = append(b, "\ufffd"...)
		case c == '"', c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i += size
		plain = i
	}
	return append(b, text[plain:]...)
}
