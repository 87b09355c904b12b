package container

import (
	"strconv"
	"strings"
	"time"
)

// fields are the values of a line of a record. One that is missing or of another
// kind is noted.
type fields struct {
	values []string
	bad    bool
}

// cutLine takes a whole line apart.
func cutLine(line string) (word string, f fields, ok bool) {
	line, ok = strings.CutSuffix(line, "\n")
	word, rest, more := strings.Cut(line, " ")
	for ok && more {
		var quoted, value string
		var err error
		if quoted, err = strconv.QuotedPrefix(rest); err == nil {
			value, err = strconv.Unquote(quoted)
		}
		if err != nil {
			return word, f, false
		}
		f.values = append(f.values, value)
		rest = rest[len(quoted):]
		if more = rest != ""; more {
			rest, ok = strings.CutPrefix(rest, " ")
		}
	}
	return word, f, ok
}

// text takes the next value.
func (f *fields) text() string {
	if len(f.values) == 0 {
		f.bad = true
		return ""
	}
	v := f.values[0]
	f.values = f.values[1:]
	return v
}

func (f *fields) number(bits int) uint64 {
	n, err := strconv.ParseUint(f.text(), 10, bits)
	f.bad = f.bad || err != nil
	return n
}

func (f *fields) flag() bool {
	on, err := strconv.ParseBool(f.text())
	f.bad = f.bad || err != nil
	return on
}

func (f *fields) time() time.Time {
	t, err := time.Parse(time.RFC3339Nano, f.text())
	f.bad = f.bad || err != nil
	return t
}
