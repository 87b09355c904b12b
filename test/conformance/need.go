package conformance

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
)

// need is something that not every machine has.
type need string

// What files of the suite need.
const (
	capabilities need = "capabilities"
	apparmor     need = "apparmor"
	cpuset       need = "cpuset"
	hugetlb      need = "hugetlb"
	network      need = "network"
)

// needs has, for each need, what to look for and with which words it is missed.
var needs = [...]struct {
	need    need
	missing func(trees []hierarchy) (string, error)
}{
	{capabilities, missingCapabilities},
	{apparmor, missingProfile},
	{cpuset, controllers("cpuset")},
	{hugetlb, controllers("hugetlb")},
	{network, func(trees []hierarchy) (string, error) {
		// The test takes the second interface as it is.
		if links, err := net.Interfaces(); err != nil || len(links) < 2 {
			return "This machine has no network interface but lo.", err
		}
		return controllers("net_cls", "net_prio")(trees)
	}},
}

// controllers looks for controllers of cgroup v1.
func controllers(names ...string) func([]hierarchy) (string, error) {
	return func(trees []hierarchy) (string, error) {
		for _, name := range names {
			if !slices.ContainsFunc(trees, func(h hierarchy) bool { return slices.Contains(strings.Split(h.Controllers, ","), name) }) {
				return "This machine has no cgroup controller " + name + ".", nil
			}
		}
		return "", nil
	}
}

// missingCapabilities compares the capabilities that a program can get here with
// those of the kernel (capabilities(7), "Capability bounding set").
func missingCapabilities([]hierarchy) (string, error) {
	status, err := os.ReadFile("/proc/self/status")
	last, err2 := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err = errors.Join(err, err2); err != nil {
		return "", err
	}
	var bounding, most uint64
	_, rest, _ := strings.Cut(string(status), "CapBnd:")
	_, err = fmt.Sscanf(rest, "%x", &bounding)
	_, err2 = fmt.Sscan(string(last), &most)
	if all := uint64(1)<<(most+1) - 1; bounding != all {
		return "This machine lets no program have every capability.", errors.Join(err, err2)
	}
	return "", errors.Join(err, err2)
}

// missingProfile says whether AppArmor is on, which does not know the profile of
// the test; where it is off, profiles are passed over.
func missingProfile([]hierarchy) (string, error) {
	if is("/sys/module/apparmor/parameters/enabled", "Y") {
		return "The test asks for an AppArmor profile that it does not load.", nil
	}
	return "", nil
}
