package table

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// TerminalWidth returns how many cells wide the terminal is that f is, or 0 if
// f is none. Only if the terminal does not know, as on a serial line, does
// COLUMNS count, and without that the width is 80.
func TerminalWidth(f *os.File) int {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	if size.Col > 0 {
		return int(size.Col)
	}
	if n, err := strconv.ParseInt(os.Getenv("COLUMNS"), 10, 32); err == nil && n > 0 {
		return int(n)
	}
	return 80
}

// Coloured says whether what is written to f may have colours: f is a terminal
// that knows them, and the user has not set NO_COLOR (no-color.org).
func Coloured(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
