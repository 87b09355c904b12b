package options

import "strings"

// Changeable are the options of a container that can be changed later.
func Changeable() []Option {
	var table []Option
	for _, o := range Limits() {
		switch o.Long {
		case "cpus":
			o.Set = both(o.Set, func(o *Options) { o.Request.Limits.CPUPeriod, o.Request.Limits.CPUQuota = 0, 0 })
		case "cpu-period", "cpu-quota":
			o.Set = both(o.Set, func(o *Options) { o.Request.Limits.CPUs = 0 })
		}
		table = append(table, o)
	}
	for _, o := range life() {
		if o.Long == "restart" {
			table = append(table, o)
		}
	}
	return table
}

// both is a setter that takes the place of another option's value.
func both(set setter, clear func(o *Options)) setter {
	return func(o *Options, s string) error {
		clear(o)
		return set(o, s)
	}
}

// replaced is a list of PATH:VALUE without those of a path, which is to have
// another value.
func replaced(list []string, path string) []string {
	var rest []string
	for _, entry := range list {
		if !strings.HasPrefix(entry, path+":") {
			rest = append(rest, entry)
		}
	}
	return rest
}
