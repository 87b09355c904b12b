package getopt

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// NumberError is why a text is not a number, in the words of strerror(3) for the
// errno that strtol(3) sets.
type NumberError string

// Error returns the words.
func (e NumberError) Error() string { return string(e) }

// The reasons: EINVAL and ERANGE.
const (
	ErrSyntax NumberError = "Invalid argument"
	ErrRange  NumberError = "Numerical result out of range"
)

// Uint reads decimal digits and nothing else as a number of at most limit. What
// does not fit is refused, never cut down to fewer bits. A negative number is
// out of range, not bad syntax.
func Uint(s string, limit uint64) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if errors.Is(err, strconv.ErrRange) || err == nil && n > limit || negative(s) {
		return 0, ErrRange
	}
	if err != nil {
		return 0, ErrSyntax
	}
	return n, nil
}

// negative says whether s is a minus sign and digits.
func negative(s string) bool {
	digits, minus := strings.CutPrefix(s, "-")
	return minus && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// Int reads a decimal number of 64 bits that may have a sign.
func Int(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return 0, ErrRange
	}
	if err != nil {
		return 0, ErrSyntax
	}
	return n, nil
}

// BadNumber is the error that s is not the number that is called what, in the
// form of util-linux, which gives a reason only if there is one beyond syntax.
func BadNumber(what, s string, err error) error {
	if err == ErrSyntax {
		return fmt.Errorf("failed to parse %s: '%s'", what, s)
	}
	return fmt.Errorf("failed to parse %s: '%s': %w", what, s, err)
}
