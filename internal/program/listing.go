package program

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Listing writes the program one instruction a line, in the manner of
// strace(1): results are named r0, r1… by their instruction, and what happens
// on an error other than failing follows the call.
func (b *Builder) Listing(w io.Writer) error {
	for n := range b.instrs {
		if _, err := io.WriteString(w, b.ListingLine(n)); err != nil {
			return err
		}
	}
	return nil
}

// ListingLine is the listing of instruction n, with the labels before it that
// something jumps to.
func (b *Builder) ListingLine(n int) string {
	b.nameLabels()
	var s strings.Builder
	for _, l := range b.shownAt[n] {
		s.WriteString(b.shown[l] + ":\n")
	}
	return s.String() + "  " + b.Line(n) + "\n"
}

// Line is instruction n as a listing shows it.
func (b *Builder) Line(n int) string {
	b.nameLabels()
	return b.line(n, b.instrs[n])
}

func (b *Builder) line(n int, i *Instr) string {
	var s strings.Builder
	if b.used(i) {
		fmt.Fprintf(&s, "r%d = ", n)
	}
	s.WriteString(i.String())
	if i.leaves() {
		return s.String()
	}
	if i.store != nil {
		fmt.Fprintf(&s, " → %s", i.store.name)
	}
	if i.onZero != nil {
		fmt.Fprintf(&s, "; on 0 → %s", b.label(i.onZero))
	}
	for _, e := range i.onErr {
		fmt.Fprintf(&s, "; on %s → %s", ErrnoName(int(e.errno)), b.label(e.to))
	}
	if i.other != nil && i.other != b.fail {
		fmt.Fprintf(&s, "; on error → %s", b.label(i.other))
	}
	if i.next != nil {
		fmt.Fprintf(&s, "; then → %s", b.label(i.next))
	}
	return s.String()
}

// leaves says that nothing comes after the instruction.
func (i *Instr) leaves() bool { return i.Nr == opEnd || i.Nr == unix.SYS_EXIT_GROUP }

// used says whether a later instruction takes the result of i.
func (b *Builder) used(i *Instr) bool {
	for _, j := range b.instrs[i.index+1:] {
		for _, a := range j.Args {
			if a.kind == result && a.instr == i {
				return true
			}
		}
	}
	return false
}

// String shows the call and its arguments.
func (i *Instr) String() string {
	args := make([]string, len(i.Args))
	for k, a := range i.Args {
		args[k] = i.argument(k, a)
	}
	switch i.Nr {
	case opEnd:
		return "end"
	case opMove:
		return args[0]
	case opSub:
		return args[0] + " - " + args[1]
	case opAnd:
		return args[0] + " & " + args[1]
	}
	return i.Name() + "(" + strings.Join(args, ", ") + ")"
}

// Name is the name of the system call, as in its man page.
func (i *Instr) Name() string { return SyscallName(i.Nr) }

func (i *Instr) argument(k int, a Arg) string {
	switch {
	case a.kind == result:
		return "r" + strconv.Itoa(a.instr.index)
	case a.str:
		return quote(a.text)
	case a.text != "":
		return a.text
	case a.kind == immediate:
		if table := flagTable(i.Name(), k); table != nil {
			return FlagNames(a.value, table)
		}
		if int64(a.value) == atFdcwd && k != 1 {
			return "AT_FDCWD"
		}
		return strconv.FormatInt(int64(a.value), 10)
	}
	return "memory"
}

const atFdcwd = -100

// quote shows a string as C and the shell would, cut where it is long.
func quote(s string) string {
	const most = 200
	if len(s) > most {
		return strconv.Quote(s[:most]) + "..."
	}
	return strconv.Quote(s)
}
