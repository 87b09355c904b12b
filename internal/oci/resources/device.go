package resources

import (
	"fmt"
	"math"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// access is what may be done with a device; the bits are the kernel's
// BPF_DEVCG_ACC_*.
type access uint8

const (
	accessMknod access = 1 << iota
	accessRead
	accessWrite
	accessAll = accessMknod | accessRead | accessWrite
)

// wildcard is every major or minor number.
const wildcard = math.MaxUint32

// rule allows or denies access to devices.
type rule struct {
	allow        bool
	kind         byte // 'a' all, 'b' block, 'c' character
	major, minor uint32
	access       access
}

// standard are the devices that every container may use. The first two let it
// make any device, not open it; the last is /dev/net/tun. They are what runc
// allows (specconv.AllowedDevices); crun has /dev/console, the host's, too.
var standard = [...]rule{
	{true, 'c', wildcard, wildcard, accessMknod},
	{true, 'b', wildcard, wildcard, accessMknod},
	{true, 'c', 1, 3, accessAll},          // null
	{true, 'c', 1, 8, accessAll},          // random
	{true, 'c', 1, 7, accessAll},          // full
	{true, 'c', 5, 0, accessAll},          // tty
	{true, 'c', 1, 5, accessAll},          // zero
	{true, 'c', 1, 9, accessAll},          // urandom
	{true, 'c', 136, wildcard, accessAll}, // pts/*
	{true, 'c', 5, 2, accessAll},          // ptmx
	{true, 'c', 10, 200, accessAll},       // net/tun
}

// deviceRules are what a container may do with devices: nothing, then what the
// resources say in their order, then what every container may.
func deviceRules(r *specs.LinuxResources) ([]rule, error) {
	rules := []rule{{kind: 'a', major: wildcard, minor: wildcard, access: accessAll}}
	if r != nil {
		own, err := parseRules(r.Devices)
		if err != nil {
			return nil, err
		}
		rules = append(rules, own...)
	}
	return append(rules, standard[:]...), nil
}

func parseRules(devices []specs.LinuxDeviceCgroup) ([]rule, error) {
	if len(devices) > mostRules {
		return nil, fmt.Errorf("linux.resources.devices: more than %d rules", mostRules)
	}
	rules := make([]rule, 0, len(devices)+len(standard)+1)
	for i := range devices {
		r, err := parseRule(&devices[i])
		if err != nil {
			return nil, fmt.Errorf("linux.resources.devices[%d]: %w", i, err)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// parseRule takes what is not said as "all".
func parseRule(d *specs.LinuxDeviceCgroup) (r rule, err error) {
	r = rule{allow: d.Allow, kind: 'a'}
	if d.Type != "" {
		if len(d.Type) != 1 || strings.IndexByte("abc", d.Type[0]) < 0 {
			return r, fmt.Errorf("type %.20q is not a, b or c", d.Type)
		}
		r.kind = d.Type[0]
	}
	if r.major, err = deviceNumberOf("major", d.Major); err != nil {
		return r, err
	}
	if r.minor, err = deviceNumberOf("minor", d.Minor); err != nil {
		return r, err
	}
	r.access, err = parseAccess(d.Access)
	return r, err
}

// deviceNumberOf takes -1 for all as well, as clients write it.
func deviceNumberOf(what string, n *int64) (uint32, error) {
	switch {
	case n == nil || *n == -1:
		return wildcard, nil
	case *n < 0 || *n >= wildcard:
		return 0, fmt.Errorf("%s %d is no number of a device", what, *n)
	}
	return uint32(*n), nil
}

const accessLetters = "mrw" // in the order of the bits

func parseAccess(s string) (access, error) {
	if s == "" {
		return accessAll, nil
	}
	var a access
	for _, letter := range []byte(s) {
		bit := strings.IndexByte(accessLetters, letter)
		if bit < 0 || a&(1<<bit) != 0 {
			return 0, fmt.Errorf("access %.20q is not made of r, w and m", s)
		}
		a |= 1 << bit
	}
	return a, nil
}

func (a access) String() string {
	var s []byte
	for i, letter := range []byte("rwm") { // the kernel's order
		if a&[...]access{accessRead, accessWrite, accessMknod}[i] != 0 {
			s = append(s, letter)
		}
	}
	return string(s)
}

func deviceWord(n uint32) string {
	if n == wildcard {
		return "*"
	}
	return fmt.Sprint(n)
}
