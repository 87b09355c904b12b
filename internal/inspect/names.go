package inspect

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// The layout of struct new_utsname (uname(2)): six strings of 65 bytes.
const (
	unameField  = 65
	unameSize   = 6 * unameField
	unameHost   = 1
	unameDomain = 5
)

// readNames reads what the child wrote.
func readNames(f *os.File) (*Names, error) {
	uts := make([]byte, unameSize)
	if _, err := io.ReadFull(f, uts); err != nil {
		return nil, err
	}
	at := func(n int) string { return unix.ByteSliceToString(uts[n*unameField : (n+1)*unameField]) }
	return &Names{at(unameHost), at(unameDomain)}, nil
}
