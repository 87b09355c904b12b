package checkpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// CgroupsOf are the cgroups that a process is in (cgroups(7)). A hierarchy of
// several controllers is there by the name of each, and by all.
func CgroupsOf(pid int) ([]CgroupRoot, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cgroup")
	if err != nil {
		return nil, fmt.Errorf("look at the cgroups of process %d: %w", pid, err)
	}
	var roots []CgroupRoot
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		controllers, path, ok := strings.Cut(rest, ":")
		if !ok {
			return nil, fmt.Errorf("look at the cgroups of process %d: line %.300q", pid, line)
		}
		roots = append(roots, CgroupRoot{controllers, path})
		if strings.Contains(controllers, ",") {
			for name := range strings.SplitSeq(controllers, ",") {
				roots = append(roots, CgroupRoot{name, path})
			}
		}
	}
	return roots, nil
}

// CgroupRoots are the container's own cgroups above those of a process of its,
// found by the directories that it has for each controller. To criu it would
// otherwise be the process's that are the container's, and at the restore what
// was below would be lost. With a cgroup namespace criu sees itself which they are.
func CgroupRoots(spec *specs.Spec, pid int, dirs map[string]string) ([]CgroupRoot, error) {
	if ownCgroups(spec) {
		return nil, nil
	}
	roots, err := CgroupsOf(pid)
	if err != nil {
		return nil, err
	}
	var list []CgroupRoot
	for _, r := range roots {
		first, _, _ := strings.Cut(r.Controller, ",")
		dir, ok := dirs[first]
		for path := r.Path; ok && path != ""; path = parent(path) {
			if strings.HasSuffix(dir, path) {
				list = append(list, CgroupRoot{r.Controller, path})
				break
			}
		}
	}
	return list, nil
}

func parent(path string) string { return path[:max(strings.LastIndexByte(path, '/'), 0)] }
