package idmap

import (
	"errors"
	"fmt"
	"strconv"
)

// LastID is the last id there is. The number after it, (uid_t)-1, means "no id"
// or "unchanged" to the kernel (setresuid(2)).
const LastID = 1<<32 - 2

// IDError says why a text is not an id.
type IDError struct {
	Text string
	Err  error // strconv.ErrSyntax, or strconv.ErrRange if it is a number that is too large
}

// Error names the text and the rule that it breaks.
func (e *IDError) Error() string {
	if e.Err == strconv.ErrRange {
		return fmt.Sprintf("id %q is too large: the last one is %d", e.Text, uint32(LastID))
	}
	return fmt.Sprintf("id %q is not a decimal number", e.Text)
}

// Unwrap returns what strconv would say of it.
func (e *IDError) Unwrap() error { return e.Err }

// ParseID reads a user or group id: decimal digits and nothing else, at most
// [LastID]. What does not fit is refused, never cut down to 32 bits, where
// 4294967296 would become root. The error is an [*IDError].
func ParseID(s string) (uint32, error) {
	n, err := parseNumber(s)
	if err == nil && n > LastID {
		err = &IDError{s, strconv.ErrRange}
	}
	if err != nil {
		return 0, err
	}
	return n, nil
}

// parseNumber reads a count, which may be one more than the last id.
func parseNumber(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if errors.Is(err, strconv.ErrRange) {
		return 0, &IDError{s, strconv.ErrRange}
	}
	if err != nil {
		return 0, &IDError{s, strconv.ErrSyntax}
	}
	return uint32(n), nil
}
