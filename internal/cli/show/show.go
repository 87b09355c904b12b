package show

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"isle/internal/table"
)

// Columns prints lines of words under each other.
func Columns(w io.Writer, lines [][]string) error {
	var widths []int
	for _, line := range lines {
		for i := range line {
			line[i] = table.Safe(line[i])
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(line[i]))
		}
	}
	for _, line := range lines {
		var b strings.Builder
		for i, word := range line {
			b.WriteString(word)
			if i < len(line)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(word)+2))
			}
		}
		if _, err := fmt.Fprintln(w, b.String()); err != nil {
			return err
		}
	}
	return nil
}

// JSON prints a value as indented JSON.
func JSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "    ")
	return e.Encode(v)
}

// Size writes bytes as engines do, in powers of 1000 and three digits.
func Size(n int64) string {
	units := [...]string{"B", "kB", "MB", "GB", "TB", "PB"}
	x, u := float64(n), 0
	for x >= 1000 && u < len(units)-1 {
		x, u = x/1000, u+1
	}
	return fmt.Sprintf("%.3g %s", x, units[u])
}

// Since says how long ago something was, in the largest unit that fits.
func Since(t time.Time) string {
	if t.IsZero() {
		return "N/A"
	}
	return Duration(time.Since(t)) + " ago"
}
