package feature

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Version is a kernel's version, without what follows the second number.
type Version struct{ Major, Minor int }

// String returns "6.18", or "" for the zero version.
func (v Version) String() string {
	if v == (Version{}) {
		return ""
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}

// Less says whether v came before w.
func (v Version) Less(w Version) bool {
	return v.Major < w.Major || v.Major == w.Major && v.Minor < w.Minor
}

// ParseVersion reads the version off a kernel release as uname(2) gives it:
// "6.18.44-generic", "7.2".
func ParseVersion(release string) (Version, error) {
	major, rest, ok := strings.Cut(release, ".")
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	a, err := strconv.ParseUint(major, 10, 16)
	b, err2 := strconv.ParseUint(rest[:end], 10, 16)
	if !ok || err != nil || err2 != nil {
		return Version{}, fmt.Errorf("kernel release %q: want MAJOR.MINOR", release)
	}
	return Version{int(a), int(b)}, nil
}

// Kernel returns the running kernel's version. It is for words and for tests:
// what the kernel can do is asked of a Probe.
func Kernel() (Version, error) {
	return ParseVersion(Release())
}

// Release returns the running kernel's release as uname(2) gives it, or "".
func Release() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}
