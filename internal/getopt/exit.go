package getopt

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Error is a command line that the table of options does not allow. The text is
// glibc's. It is empty for an option that is known but not available: util-linux
// then only points to the help.
type Error struct{ Text string }

// Error returns the text.
func (e *Error) Error() string { return e.Text }

// Answer is the error of a command line that asks for nothing but this text, by
// --help or --version.
type Answer string

// Error returns the text.
func (a Answer) Error() string { return string(a) }

// Exit says on the right stream why a command line was not carried out, and
// returns the exit status: 0 if it was answered, else 1. The message begins with
// prog, as in unshare(1).
func Exit(prog string, err error, stdout, stderr io.Writer) int {
	if answer := Answer(""); errors.As(err, &answer) {
		if _, err := io.WriteString(stdout, string(answer)); err != nil {
			fmt.Fprintf(stderr, "%s: write error: %v\n", prog, err)
			return 1
		}
		return 0
	}
	usage := (*Error)(nil)
	wrong := errors.As(err, &usage)
	if !wrong || usage.Text != "" {
		fmt.Fprintf(stderr, "%s: %v\n", prog, err)
	}
	if wrong {
		fmt.Fprintf(stderr, "Try '%s --help' for more information.\n", prog)
	}
	return 1
}

// Fail says why a command that was begun could not be carried out. The message
// begins with the program's name alone: "isle", or that of a link to it.
func Fail(prog string, err error, stderr io.Writer) {
	name, _, _ := strings.Cut(prog, " ")
	fmt.Fprintf(stderr, "%s: %s\n", name, visible(err.Error()))
}

// visible is a text in which nothing moves a terminal's cursor but the ends of
// lines: it may come from a file that somebody else wrote.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
