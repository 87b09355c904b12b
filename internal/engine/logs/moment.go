package logs

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseMoment reads a time as docker and podman do: a date and time of RFC 3339,
// of which the end may be missing; seconds since 1970, with a fraction; or how
// long ago it was, such as 10m or 1h30m.
func ParseMoment(text string, now time.Time) (time.Time, error) {
	if ago, err := time.ParseDuration(text); err == nil && text != "0" {
		return now.Add(-ago), nil
	}
	if t, ok := parseUnix(text); ok {
		return t, nil
	}
	for _, zone := range [...]string{"", "Z07:00"} {
		for _, form := range [...]string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02T15", time.DateOnly, "2006-01-02 15:04:05"} {
			if t, err := time.ParseInLocation(form+zone, text, now.Location()); err == nil {
				return t, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("invalid time %q: it is like 2006-01-02T15:04:05Z, seconds since 1970, or how long ago, such as 10m", text)
}

// parseUnix reads SECONDS[.FRACTION].
func parseUnix(text string) (time.Time, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || len(fraction) > 9 {
		return time.Time{}, false
	}
	nanoseconds, err := strconv.ParseUint((fraction + "000000000")[:9], 10, 32)
	return time.Unix(seconds, int64(nanoseconds)), err == nil
}
