package bundle

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// quotation returns what the string that is next means.
func (s *scanner) quotation() string {
	if !s.take('"') {
		s.unexpected("a string")
		return ""
	}
	start, ascii, escaped := s.at, true, false
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			raw := s.text[start:s.at]
			if !ascii && !utf8.ValidString(raw) {
				s.fail(start+invalid(raw), "this string is not UTF-8")
				return ""
			}
			s.at++
			if escaped {
				return s.unescape(raw, start)
			}
			return raw
		case c == '\\':
			escaped = true
			s.at++ // a quote behind it does not end the string
		case c < ' ':
			s.fail(s.at, "a string must not hold a control character as such: write \\u00"+hex(c))
			return ""
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	s.fail(len(s.text), "the document ends within a string")
	return ""
}

// invalid returns where the first byte of s that is not UTF-8 stands.
func invalid(s string) int {
	for i := 0; ; {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
}

func hex(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// escapes are the letters behind a backslash, and what they stand for.
const escapes, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"

// unescape returns raw with its escapes resolved; raw begins at offset.
func (s *scanner) unescape(raw string, offset int) string {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			i++
			continue
		}
		if n := strings.IndexByte(escapes, raw[i+1]); n >= 0 {
			out = append(out, meanings[n])
			i += 2
			continue
		}
		r, size := codepoint(raw[i:])
		if size == 0 {
			s.fail(offset+i, "no escape that JSON has, or half a surrogate pair")
			return ""
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return string(out)
}

// codepoint returns the character of the \uXXXX, or of the surrogate pair of two,
// that raw begins with, and its length as written: 0 where there is none.
func codepoint(raw string) (rune, int) {
	r, ok := unit(raw)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, _ := unit(raw[6:])
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, 0
	}
	return r, 12
}

// unit returns the 16 bits that the \uXXXX at the start of raw stands for.
func unit(raw string) (rune, bool) {
	if len(raw) < 6 || raw[:2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(raw[2:6], 16, 16)
	return rune(n), err == nil
}
