package seccomp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	moby "github.com/moby/profiles/seccomp"
	"golang.org/x/sys/unix"
)

// Host is what the rules of a docker profile may depend on.
type Host struct {
	Arch Arch
	// Capabilities are the names, "CAP_SYS_ADMIN", of the bounding set that the
	// sandboxed process will have.
	Capabilities []string
	// Kernel is the running kernel's version: {6, 18} for "6.18.44-generic".
	Kernel [2]uint64
}

// ThisHost returns the machine isle was built for and the running kernel, with
// those capabilities.
func ThisHost(capabilities []string) (Host, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return Host{}, fmt.Errorf("uname: %w", err)
	}
	kernel, err := parseRelease(unix.ByteSliceToString(u.Release[:]))
	return Host{Native(), capabilities, kernel}, err
}

// parseRelease reads the first two numbers of a kernel release.
func parseRelease(release string) (v [2]uint64, err error) {
	rest := release
	for i := range v {
		end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if end < 0 {
			end = len(rest)
		}
		if v[i], err = strconv.ParseUint(rest[:end], 10, 32); err != nil || (i == 0 && !strings.HasPrefix(rest[end:], ".")) {
			return [2]uint64{}, fmt.Errorf("kernel release %q does not begin with two numbers", release)
		}
		rest = strings.TrimPrefix(rest[end:], ".")
	}
	return v, nil
}

// meets says whether a rule applies: everything in includes must hold, and
// nothing in excludes.
func (h *Host) meets(includes, excludes *moby.Filter) bool {
	if f := includes; f != nil {
		if len(f.Arches) > 0 && !slices.Contains(f.Arches, h.Arch.String()) ||
			slices.ContainsFunc(f.Caps, func(c string) bool { return !h.has(c) }) ||
			f.MinKernel != nil && !h.atLeast(f.MinKernel) {
			return false
		}
	}
	if f := excludes; f != nil {
		if slices.Contains(f.Arches, h.Arch.String()) || slices.ContainsFunc(f.Caps, h.has) ||
			f.MinKernel != nil && h.atLeast(f.MinKernel) {
			return false
		}
	}
	return true
}

func (h *Host) has(capability string) bool { return slices.Contains(h.Capabilities, capability) }

// atLeast compares versions. In v, Kernel is the first number and Major the second.
func (h *Host) atLeast(v *moby.KernelVersion) bool {
	return slices.Compare(h.Kernel[:], []uint64{v.Kernel, v.Major}) >= 0
}
