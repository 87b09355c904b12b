package resources

import (
	"cmp"
	"slices"
)

// asSaid puts what is allowed into the order of the rules, as whoever reads
// devices.list expects it, and leaves out of it the making of devices that no rule
// about just these says and a wider one does: the kernel asks for it apart.
func (l *deviceList) asSaid(rules []rule) {
	for i := range l.exceptions {
		e := &l.exceptions[i]
		if slices.ContainsFunc(l.exceptions, func(o verdict) bool { return o.covers(*e) && !e.covers(o) && o.allowed&accessMknod != 0 }) {
			_, own := said(rules, *e)
			e.allowed &^= accessMknod &^ own
		}
	}
	slices.SortStableFunc(l.exceptions, func(a, b verdict) int {
		first, _ := said(rules, a)
		second, _ := said(rules, b)
		return cmp.Compare(first, second)
	})
}

// said gives the first rule that allows something of just these devices, and all
// that such rules allow.
func said(rules []rule, v verdict) (first int, all access) {
	first = len(rules)
	for i, r := range slices.Backward(rules) {
		if r.allow && (r.kind == 'a' || r.kind == v.kind) && r.major == v.major && r.minor == v.minor {
			first, all = i, all|r.access
		}
	}
	return first, all
}
