package attach

import (
	"fmt"
	"strings"
)

// Keys are the keys which, typed one after the other, leave a container alone.
type Keys []byte

// DefaultKeys are those of podman and docker: ctrl-p, ctrl-q.
var DefaultKeys = Keys{'p' & 0x1f, 'q' & 0x1f}

// ParseKeys reads keys as podman and docker write them: letters and other signs,
// or ctrl- and one of a-z, @, [, \, ], ^, _; separated by commas. The empty text
// is no keys.
func ParseKeys(text string) (Keys, error) {
	if text == "" {
		return nil, nil
	}
	var keys Keys
	for _, word := range strings.Split(text, ",") {
		sign, control := strings.CutPrefix(word, "ctrl-")
		switch {
		case len(sign) != 1 || sign[0] < ' ' || sign[0] > '~':
			return nil, fmt.Errorf("detach keys %q: %q is neither a sign nor ctrl- and a sign", text, word)
		case !control:
			keys = append(keys, sign[0])
		case strings.Contains("abcdefghijklmnopqrstuvwxyz@[\\]^_", sign):
			keys = append(keys, sign[0]&0x1f)
		default:
			return nil, fmt.Errorf("detach keys %q: there is no %s: it is ctrl- and one of a-z @ [ \\ ] ^ _", text, word)
		}
	}
	return keys, nil
}

// matcher finds keys in what is typed. The first keys of a sequence are held back
// until it is clear that they are none.
type matcher struct {
	keys Keys
	held int // how many of the keys were typed
}

// feed appends to out what of the bytes is typed into the container, and says
// whether the keys were found; what comes after them is dropped.
func (m *matcher) feed(out, typed []byte) ([]byte, bool) {
	for i, b := range typed {
		if len(m.keys) == 0 {
			return append(out, typed[i:]...), false
		}
		for m.held > 0 && m.keys[m.held] != b {
			shorter := m.again()
			out = append(out, m.keys[:m.held-shorter]...)
			m.held = shorter
		}
		if m.keys[m.held] != b {
			out = append(out, b)
			continue
		}
		if m.held++; m.held == len(m.keys) {
			m.held = 0
			return out, true
		}
	}
	return out, false
}

// rest appends what is held back, since nothing follows.
func (m *matcher) rest(out []byte) []byte {
	out = append(out, m.keys[:m.held]...)
	m.held = 0
	return out
}

// again is the length of the longest shorter beginning of the keys with which
// what is held back ends.
func (m *matcher) again() int {
	for n := m.held - 1; n > 0; n-- {
		if string(m.keys[:n]) == string(m.keys[m.held-n:m.held]) {
			return n
		}
	}
	return 0
}
