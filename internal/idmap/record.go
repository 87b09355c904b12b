package idmap

import (
	"bufio"
	"fmt"
	"iter"
	"os"
	"strings"
)

// maxRecord bounds a line: a group's member list can be long.
const maxRecord = 4 << 20

// record is a line of a file such as /etc/passwd.
type record struct {
	path   string
	line   int
	fields []string // separated by colons
}

// wrap says where in which file err came up.
func (r record) wrap(err error) error { return fmt.Errorf("%s line %d: %w", r.path, r.line, err) }

// records yields the lines of a file that are neither empty nor a comment, and
// at its end the error that kept it from being read whole. A reader that has
// found its line stops there.
func records(path string) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(record{}, err)
			return
		}
		defer f.Close()
		s := bufio.NewScanner(f)
		s.Buffer(nil, maxRecord)
		for n := 1; s.Scan(); n++ {
			text := strings.TrimSpace(s.Text())
			if text == "" || text[0] == '#' {
				continue
			}
			if !yield(record{path, n, strings.Split(text, ":")}, nil) {
				return
			}
		}
		if err := s.Err(); err != nil {
			yield(record{}, fmt.Errorf("read %s: %w", path, err))
		}
	}
}
