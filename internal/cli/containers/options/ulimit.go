package options

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// resources are the names of setrlimit(2), as ulimits have them.
func resources() []string {
	return []string{"as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"}
}

// setUlimit reads NAME=SOFT[:HARD]. -1 and unlimited are written down as -1.
func setUlimit(o *Options, s string) error {
	if s == "host" {
		o.Request.Ulimits = append(o.Request.Ulimits, s)
		return nil
	}
	name, limits, ok := strings.Cut(s, "=")
	name = strings.TrimPrefix(strings.ToLower(name), "rlimit_")
	soft, hard, both := strings.Cut(limits, ":")
	if !both {
		hard = soft
	}
	low, lowErr := bound(soft)
	high, highErr := bound(hard)
	switch {
	case !ok || lowErr != nil || highErr != nil:
		return fmt.Errorf("%q is not NAME=SOFT[:HARD] in numbers or unlimited", s)
	case !slices.Contains(resources(), name):
		return fmt.Errorf("%q is no resource: there are %s", name, strings.Join(resources(), ", "))
	case high >= 0 && (low < 0 || low > high):
		return fmt.Errorf("%q: the soft limit is above the hard one", s)
	}
	o.Request.Ulimits = append(o.Request.Ulimits, fmt.Sprintf("%s=%d:%d", name, low, high))
	return nil
}

func bound(s string) (int64, error) {
	if s == "unlimited" || s == "-1" {
		return -1, nil
	}
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err
}
