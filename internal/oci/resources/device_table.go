package resources

import (
	"cmp"
	"errors"
	"slices"
)

// verdict is what may be done with some devices. One about a single number comes
// before one about many, and the first that fits decides.
type verdict struct {
	kind         byte   // 'b' or 'c'
	major, minor uint32 // or wildcard: those that no verdict before names
	allowed      access
}

const mostVerdicts = 8192

var errTooMany = errors.New("linux.resources.devices: too many combinations of major and minor numbers")

// tabulate turns rules, of which the last one about a device decides, into
// verdicts. What says no more than a later one is left out.
func tabulate(rules []rule) ([]verdict, error) {
	var table []verdict
	for _, kind := range [...]byte{'b', 'c'} {
		list := patterns(kind, rules)
		if len(list) > mostVerdicts {
			return nil, errTooMany
		}
		for i := range list {
			list[i].allowed = allowed(rules, list[i])
		}
		table = append(table, prune(list)...)
	}
	return table, nil
}

// patterns lists the numbers that rules tell apart, the single before the many,
// and the last for everything else. Where one rule has a major number and another
// a minor, a device with both is in a class of its own.
func patterns(kind byte, rules []rule) []verdict {
	list := []verdict{{kind: kind, major: wildcard, minor: wildcard}}
	var majors, minors []uint32
	for _, r := range rules {
		if r.kind != 'a' && r.kind != kind {
			continue
		}
		list = append(list, verdict{kind: kind, major: r.major, minor: r.minor})
		switch {
		case r.major == wildcard && r.minor != wildcard:
			minors = append(minors, r.minor)
		case r.major != wildcard && r.minor == wildcard:
			majors = append(majors, r.major)
		}
	}
	for _, major := range majors {
		for _, minor := range minors {
			if list = append(list, verdict{kind: kind, major: major, minor: minor}); len(list) > 2*mostVerdicts {
				return list
			}
		}
	}
	slices.SortFunc(list, func(a, b verdict) int { // wildcard is the largest number
		return cmp.Or(cmp.Compare(a.major, b.major), cmp.Compare(a.minor, b.minor))
	})
	return slices.Compact(list)
}

// allowed is what the rules leave of a class of devices.
func allowed(rules []rule, v verdict) access {
	var may access
	for _, r := range rules {
		switch {
		case r.kind != 'a' && r.kind != v.kind, r.major != wildcard && r.major != v.major, r.minor != wildcard && r.minor != v.minor:
		case r.allow:
			may |= r.access
		default:
			may &^= r.access
		}
	}
	return may
}

// prune leaves out what the next wider verdict says too.
func prune(list []verdict) []verdict {
	kept := list[len(list)-1:]
	for i := len(list) - 2; i >= 0; i-- {
		v := list[i]
		wider := kept[slices.IndexFunc(kept, func(k verdict) bool { return k.covers(v) })]
		if wider.allowed != v.allowed {
			kept = slices.Insert(kept, 0, v)
		}
	}
	return kept
}

// covers says whether a verdict is about every device that another is about.
func (v verdict) covers(other verdict) bool {
	return v.kind == other.kind && (v.major == wildcard || v.major == other.major) && (v.minor == wildcard || v.minor == other.minor)
}

// String is the devices and what is allowed as devices.allow has it.
func (v verdict) String() string {
	return string(v.kind) + " " + deviceWord(v.major) + ":" + deviceWord(v.minor) + " " + v.allowed.String()
}
