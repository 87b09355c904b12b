package review

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/sys/unix"
)

// largest is how long a text may be that is compared line by line.
const largest = 4 << 20

// Diff says what is different in a change, as unified diff if both sides are
// text. All of it may be the program's words: whoever shows it makes it safe.
func (r *Review) Diff(c *Change) (string, error) {
	s, err := r.open(&r.Layers[c.Layer])
	if err != nil {
		return "", err
	}
	defer s.close()
	old, err := text(s.lower, c, c.Lower)
	if err != nil {
		return "", err
	}
	now, err := text(s.upper, c, c.Upper)
	if err != nil {
		return "", err
	}
	before, after := "a"+line(c.Path), "b"+line(c.Path)
	if c.Lower == nil {
		before = "/dev/null"
	}
	if c.Upper == nil {
		after = "/dev/null"
	}
	for _, t := range []*string{old, now} {
		if t == nil {
			return fmt.Sprintf("Binary files %s and %s differ\n", before, after), nil
		}
	}
	d := diff.Diff(before, []byte(*old), after, []byte(*now))
	_, rest, _ := bytes.Cut(d, []byte("\n")) // its first line is of no format
	return string(rest), nil
}

// line is a name without ends of lines, which would forge lines of the diff.
func line(name string) string { return strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(name) }

// text is what is in a file, where a symbolic link leads, or nothing; nil if
// that is no text or too long.
func text(side int, c *Change, st *Stamp) (*string, error) {
	if st == nil || !st.regular() && st.kind() != unix.S_IFLNK {
		return new(string), nil
	}
	dir, err := directory(side, filepath.Dir(string(c.Base.Path)))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Dir(c.Path), err)
	}
	defer unix.Close(dir)
	f, err := look(dir, base(c))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Path, err)
	}
	defer f.close()
	if f.kind() == unix.S_IFLNK {
		t := "-> " + line(f.link) + "\n"
		return &t, nil
	}
	if !f.regular() || f.Size > largest {
		return nil, nil
	}
	in, err := contents(f.fd)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Path, err)
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, largest+1))
	if err != nil || len(data) > largest || bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data) {
		return nil, err
	}
	t := string(data)
	return &t, nil
}
