package filter

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

var (
	errNoNumber = errors.New("no number")
	errTooLarge = errors.New("number is too large")
)

// units are powers of 1024. The last two, which scols-filter(5) has, are more
// than 64 bits hold of anything but zero.
const units = "KMGTPEZY"

// literalNumber reads a number as expressions have it: 5, 1.5, 10K or 10KiB.
func literalNumber(s string) (Value, error) {
	n := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if n < 0 || s[n] == '.' {
		return plainNumber(s)
	}
	power := strings.IndexByte(units, s[n]) + 1
	if end := s[n+1:]; power == 0 || end != "" && end != "iB" {
		return None(), errNoNumber
	}
	v, err := plainNumber(s[:n])
	if err == nil && v.whole > math.MaxUint64>>(10*power) {
		err = errTooLarge
	}
	if err != nil {
		return None(), err
	}
	return Int(v.whole << (10 * power)), nil
}

// plainNumber reads digits, or digits, a point and digits. There is no sign, for
// scols-filter(5) has no negative numbers.
func plainNumber(s string) (Value, error) {
	before, after, fraction := strings.Cut(s, ".")
	if !digits(before) || fraction && !digits(after) {
		return None(), errNoNumber
	}
	if fraction {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return None(), errTooLarge
		}
		return Float(f), nil
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return None(), errTooLarge
	}
	return Int(n), nil
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
