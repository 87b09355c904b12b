package getopt

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

// full is a stream that nothing can be written to.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestExit(t *testing.T) {
	for _, test := range []struct {
		err         error
		status      int
		out, errout string
	}{
		{Answer("text\n"), 0, "text\n", ""},
		{errors.New("no namespace specified"), 1, "", "isle x: no namespace specified\n"},
		{fmt.Errorf("%w", &Error{"invalid option -- 'x'"}), 1, "", "isle x: invalid option -- 'x'\nTry 'isle x --help' for more information.\n"},
		{&Error{}, 1, "", "Try 'isle x --help' for more information.\n"},
	} {
		var out, errout bytes.Buffer
		if status := Exit("isle x", test.err, &out, &errout); status != test.status || out.String() != test.out || errout.String() != test.errout {
			t.Errorf("%#v: %d, %q, %q; want %d, %q, %q", test.err, status, &out, &errout, test.status, test.out, test.errout)
		}
	}
	var errout bytes.Buffer
	if status := Exit("x", Answer("text"), full{}, &errout); status != 1 || errout.String() != "x: write error: no space left on device\n" {
		t.Errorf("full stdout: %d, %q", status, &errout)
	}
}

func TestVersionAnswer(t *testing.T) {
	before := Version
	defer func() { Version = before }()
	Version = "1.2"
	if got, want := VersionAnswer("unshare"), Answer("unshare from isle 1.2 (util-linux 2.42 compatible)\n"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
