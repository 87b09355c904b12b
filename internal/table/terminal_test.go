package table

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/test/terminal"
)

// end is what no table has in it.
const end = "\x04"

// shows reads what appears on a terminal up to end.
func shows(outer *os.File) <-chan string {
	seen := make(chan string, 1)
	go func() {
		s, _ := bufio.NewReader(outer).ReadString(end[0])
		seen <- strings.TrimSuffix(s, end)
	}()
	return seen
}

// plainTerminal returns both ends of a terminal that passes bytes on as they are.
func plainTerminal(t *testing.T, cells uint16) (outer, inner *os.File) {
	t.Helper()
	outer, inner = terminal.Open(t)
	t.Cleanup(func() { outer.Close(); inner.Close() })
	modes, err := unix.IoctlGetTermios(int(inner.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	modes.Oflag &^= unix.OPOST
	if err := unix.IoctlSetTermios(int(inner.Fd()), unix.TCSETS, modes); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(inner.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: cells}); err != nil {
		t.Fatal(err)
	}
	return outer, inner
}

func TestTerminalWidth(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, known := plainTerminal(t, 33)
	_, unknown := plainTerminal(t, 0)
	for _, test := range []struct {
		columns string
		f       *os.File
		want    int
	}{
		{"", known, 33}, {"20", known, 33},
		{"", unknown, 80}, {"20", unknown, 20}, {"99999", unknown, 99999},
		{"0", unknown, 80}, {"-5", unknown, 80}, {"33x", unknown, 80}, {"0x10", unknown, 80}, {"3000000000", unknown, 80},
		{"", file, 0}, {"20", file, 0},
	} {
		t.Setenv("COLUMNS", test.columns)
		if got := TerminalWidth(test.f); got != test.want {
			t.Errorf("COLUMNS=%s: %d, want %d", test.columns, got, test.want)
		}
	}
}

func TestASCII(t *testing.T) {
	for _, test := range []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "", true},
		{"C", "de_DE.UTF-8", "de_DE.UTF-8", true},
		{"", "POSIX", "de_DE.UTF-8", true},
		{"", "", "de_DE.UTF-8", false},
		{"", "C.utf8", "C", false},
		{"ca_ES.UTF-8@valencia", "C", "C", false},
		{"de_DE", "", "", true},
		{"de_DE.ISO-8859-15", "", "", true},
		{"de_DE@utf8", "", "", true},
		{"UTF-8", "", "", true},
	} {
		environ := map[string]string{"LC_ALL": test.all, "LC_CTYPE": test.ctype, "LANG": test.lang}
		if got := ASCII(func(name string) string { return environ[name] }); got != test.want {
			t.Errorf("%v: %v", environ, got)
		}
	}
}

// TestStyles colours cells, and only where colours are wanted; the widths are
// those of the text.
func TestStyles(t *testing.T) {
	tab := Table{
		Columns: []Column{{Name: "A", Tree: true}, {Name: "B", Right: true}, {Name: "C"}},
		Rows:    []*Row{{Cells: []string{"x", "1", "y"}, Styles: []string{"1", "", "31"}, Children: []*Row{{Cells: []string{"longer", "22"}, Styles: []string{"2"}}}}},
		ASCII:   true,
	}
	for colour, want := range map[bool]string{
		false: "A         B C\nx         1 y\n`-longer 22 \n",
		true:  "A         B C\n\x1b[1mx       \x1b[0m  1 \x1b[31my\x1b[0m\n`-\x1b[2mlonger\x1b[0m 22 \n",
	} {
		var out strings.Builder
		tab.Colour = colour
		if err := tab.Write(&out); err != nil || out.String() != want {
			t.Errorf("colour %v: %q, want %q", colour, out.String(), want)
		}
	}
	if got := Safe("a\x1b[1m\u202eb\nc"); strings.ContainsAny(got, "\x1b\u202e\n") {
		t.Errorf("%q", got)
	}
}
