package resources

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// membership is a line of /proc/PID/cgroup (cgroups(7)).
type membership struct {
	v2          bool
	controllers string // of version 1
	path        string
}

// memberships reads which cgroups a process is in; pid 0 is this process.
func memberships(pid int) ([]membership, error) {
	name := "/proc/self/cgroup"
	if pid != 0 {
		name = "/proc/" + strconv.Itoa(pid) + "/cgroup"
	}
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &Error{Doing: "open " + name, Err: err}
	}
	defer unix.Close(fd)
	text, err := readAll(fd)
	if err != nil {
		return nil, &Error{Doing: "read " + name, Err: err}
	}
	list, err := parseMemberships(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

func parseMemberships(text string) ([]membership, error) {
	list := make([]membership, 0, 16)
	for line := range strings.Lines(text) {
		number, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		controllers, path, ok2 := strings.Cut(rest, ":")
		_, err := strconv.ParseUint(number, 10, 31)
		if !ok || !ok2 || err != nil || !strings.HasPrefix(path, "/") {
			return nil, fmt.Errorf("line %.300q", line)
		}
		list = append(list, membership{number == "0" && controllers == "", controllers, path})
	}
	if len(list) == 0 {
		return nil, errors.New("no cgroups")
	}
	return list, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
