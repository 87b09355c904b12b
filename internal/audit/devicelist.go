package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/cgroup"
)

// anyNumber stands for all numbers in a rule for devices.
const anyNumber = -1

// deviceList is what version 1 of the devices controller allows, nil if it is
// not there to say (the kernel's cgroup-v1/devices.rst).
type deviceList []deviceRule

type deviceRule struct {
	kind         byte // 'a' for all, 'b' or 'c'
	major, minor int
}

func (s *subject) allowedDevices() deviceList {
	trees, _ := cgroup.Of(s.PID)
	for _, h := range trees {
		if h.V2 || h.Dir == "" {
			continue
		}
		if text, err := os.ReadFile(filepath.Join(h.Dir, "devices.list")); err == nil {
			return parseDevices(string(text))
		}
	}
	return nil
}

// parseDevices reads lines such as "c 1:3 rwm". An empty list allows nothing.
func parseDevices(text string) deviceList {
	list := deviceList{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) != 3 || len(words[0]) != 1 || !strings.Contains("abc", words[0]) || !strings.ContainsAny(words[2], "rw") {
			continue
		}
		major, minor, _ := strings.Cut(words[1], ":")
		r := deviceRule{kind: words[0][0]}
		var ok, ok2 bool
		if r.major, ok = deviceNumber(major); !ok {
			continue
		}
		if r.minor, ok2 = deviceNumber(minor); ok2 {
			list = append(list, r)
		}
	}
	return list
}

func deviceNumber(s string) (int, bool) {
	if s == "*" {
		return anyNumber, true
	}
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil
}

func (l deviceList) allows(st *unix.Stat_t) bool {
	if l == nil {
		return true
	}
	kind := byte('c')
	if st.Mode&unix.S_IFMT == unix.S_IFBLK {
		kind = 'b'
	}
	for _, r := range l {
		if (r.kind == 'a' || r.kind == kind) && (r.major == anyNumber || r.major == int(unix.Major(st.Rdev))) && (r.minor == anyNumber || r.minor == int(unix.Minor(st.Rdev))) {
			return true
		}
	}
	return false
}

// String is the rule as the file has it.
func (r deviceRule) String() string {
	n := func(n int) string {
		if n == anyNumber {
			return "*"
		}
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%c %s:%s", r.kind, n(r.major), n(r.minor))
}
