package nsenter

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/sys/mountinfo"
)

// cgroupDir is the directory of a process's cgroup in the unified hierarchy,
// wherever that is mounted.
func cgroupDir(pid int) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return "", fmt.Errorf("cannot open /proc/%d/cgroup: %w", pid, err)
	}
	mounts, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("cgroup2"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		path, unified := strings.CutPrefix(strings.TrimSpace(line), "0::")
		for _, m := range mounts {
			if rel, err := filepath.Rel(m.Root, path); unified && err == nil && !strings.HasPrefix(rel, "..") {
				return filepath.Join(m.Mountpoint, rel), nil
			}
		}
	}
	return "", errors.New("--join-cgroup is only supported in cgroup v2")
}
