package caps

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// Set is a set of capabilities, bit N for capability N, as the kernel has it.
type Set uint64

// All is the set of all capabilities that have a name here. The running kernel
// may know fewer or more: see Last.
const All Set = 1<<len(names) - 1

// Default is the set that container engines give a container's root when
// nothing else was asked for.
const Default = 1<<0 | // CAP_CHOWN
	1<<1 | // CAP_DAC_OVERRIDE
	1<<3 | // CAP_FOWNER
	1<<4 | // CAP_FSETID
	1<<5 | // CAP_KILL
	1<<6 | // CAP_SETGID
	1<<7 | // CAP_SETUID
	1<<8 | // CAP_SETPCAP
	1<<10 | // CAP_NET_BIND_SERVICE
	1<<13 | // CAP_NET_RAW
	1<<18 | // CAP_SYS_CHROOT
	1<<27 | // CAP_MKNOD
	1<<29 | // CAP_AUDIT_WRITE
	Set(1)<<31 // CAP_SETFCAP

// SetOf returns the set of the given capabilities.
func SetOf(cs ...Cap) Set {
	var s Set
	for _, c := range cs {
		s |= 1 << c
	}
	return s
}

// UpTo returns the set of all capabilities from 0 to last.
func UpTo(last Cap) Set { return Set(2)<<last - 1 }

// Has says whether c is in the set.
func (s Set) Has(c Cap) bool { return s>>c&1 != 0 }

// With returns the set and everything in t.
func (s Set) With(t Set) Set { return s | t }

// Without returns the set less everything in t.
func (s Set) Without(t Set) Set { return s &^ t }

// Caps lists the set's members in ascending order.
func (s Set) Caps() []Cap {
	cs := make([]Cap, 0, bits.OnesCount64(uint64(s)))
	for ; s != 0; s &= s - 1 {
		cs = append(cs, Cap(bits.TrailingZeros64(uint64(s))))
	}
	return cs
}

// Names lists the names of the set's members in ascending order of number.
func (s Set) Names() []string {
	list := make([]string, 0, bits.OnesCount64(uint64(s)))
	for _, c := range s.Caps() {
		list = append(list, c.String())
	}
	return list
}

// String returns the names joined by commas, "ALL" for All and "NONE" for the
// empty set. Parse reads it back.
func (s Set) String() string {
	switch s {
	case 0:
		return "NONE"
	case All:
		return "ALL"
	}
	return strings.Join(s.Names(), ",")
}

// Parse reads a list of capability names separated by commas or blanks. "ALL"
// stands for All, "NONE" and the empty list for no capability.
func Parse(list string) (Set, error) {
	return parseNames(strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }))
}

// ParseMask reads a set in the form of the Cap lines of /proc/PID/status: up to
// 16 hexadecimal digits.
func ParseMask(hex string) (Set, error) {
	n, err := strconv.ParseUint(hex, 16, 64)
	if err != nil {
		return 0, fmt.Errorf("invalid capability mask: %q", hex)
	}
	return Set(n), nil
}

func parseNames(list []string) (Set, error) {
	var s Set
	for _, name := range list {
		switch strings.ToUpper(name) {
		case "ALL", "CAP_ALL":
			s |= All
			continue
		case "NONE":
			continue
		}
		c, err := ParseCap(name)
		if err != nil {
			return 0, err
		}
		s |= 1 << c
	}
	return s, nil
}
