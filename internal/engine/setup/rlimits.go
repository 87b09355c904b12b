package setup

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/caps"
)

// limitNames are the limits of getrlimit(2) by their numbers.
var limitNames = [...]string{"cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime"}

// usual is how many files and processes a program may have unless somebody says
// otherwise, as other engines have it.
const usual = 1 << 20

const sysResource caps.Cap = 24 // CAP_SYS_RESOURCE

// rlimits are the limits of the process.
func (m *maker) rlimits() error {
	for _, text := range m.req.Ulimits {
		if text == "host" { // as they are
			if len(m.req.Ulimits) > 1 {
				return fmt.Errorf("--ulimit host: it goes with no other limit")
			}
			return nil
		}
		limit, err := parseUlimit(text)
		if err != nil {
			return fmt.Errorf("--ulimit %s: %w", text, err)
		}
		m.setLimit(limit)
	}
	for _, number := range []int{unix.RLIMIT_NOFILE, unix.RLIMIT_NPROC} {
		name := "RLIMIT_" + strings.ToUpper(limitNames[number])
		if m.limit(name) >= 0 {
			continue
		}
		soft, hard := uint64(usual), uint64(usual)
		if m.ids.own() || m.ids.joined || !caps.Held().Has(sysResource) { // what this process has cannot be raised
			var now unix.Rlimit
			if err := unix.Getrlimit(number, &now); err == nil {
				soft, hard = min(soft, now.Max), min(hard, now.Max)
			}
		}
		m.setLimit(specs.POSIXRlimit{Type: name, Soft: soft, Hard: hard})
	}
	return nil
}

func (m *maker) limit(name string) int {
	for i, l := range m.spec.Process.Rlimits {
		if l.Type == name {
			return i
		}
	}
	return -1
}

func (m *maker) setLimit(l specs.POSIXRlimit) {
	if i := m.limit(l.Type); i >= 0 {
		m.spec.Process.Rlimits[i] = l
		return
	}
	m.spec.Process.Rlimits = append(m.spec.Process.Rlimits, l)
}

// parseUlimit reads NAME=SOFT[:HARD]; -1 and "unlimited" are no limit.
func parseUlimit(text string) (l specs.POSIXRlimit, err error) {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return l, fmt.Errorf("want NAME=SOFT[:HARD]")
	}
	name = strings.TrimPrefix(strings.ToLower(name), "rlimit_")
	known := false
	for _, n := range limitNames {
		known = known || n == name
	}
	if !known {
		return l, fmt.Errorf("there is no limit %q: it is one of %s", name, strings.Join(limitNames[:], ", "))
	}
	l.Type = "RLIMIT_" + strings.ToUpper(name)
	soft, hard, both := strings.Cut(value, ":")
	if l.Soft, err = parseLimit(soft); err != nil {
		return l, err
	}
	if l.Hard = l.Soft; both {
		if l.Hard, err = parseLimit(hard); err != nil {
			return l, err
		}
	}
	if l.Soft > l.Hard {
		return l, fmt.Errorf("the soft limit is above the hard one")
	}
	return l, nil
}

func parseLimit(text string) (uint64, error) {
	if text == "-1" || text == "unlimited" {
		return math.MaxUint64, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", text)
	}
	return n, nil
}
