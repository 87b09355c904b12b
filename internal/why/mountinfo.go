package why

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
)

// mounts returns the mounts of the caller's mount namespace that it can reach,
// in the order in which they were made.
func (h *Host) mounts() []*mountinfo.Info {
	file, err := h.files.Open("proc/self/mountinfo")
	if err != nil {
		return nil
	}
	defer file.Close()
	all, err := mountinfo.GetMountsFromReader(file, nil)
	if err != nil {
		return nil
	}
	return all
}

// mountAt returns the topmost mount whose mount point is path.
func (h *Host) mountAt(path string) *mountinfo.Info {
	all := h.mounts()
	for _, m := range slices.Backward(all) {
		if m.Mountpoint == path {
			return m
		}
	}
	return nil
}

// mountOf returns the mount that the file at path is on.
func (h *Host) mountOf(path string) *mountinfo.Info {
	if abs, err := filepath.Abs(path); err == nil && h.live {
		path = abs
	}
	var best *mountinfo.Info
	for _, m := range h.mounts() {
		if within(path, m.Mountpoint) && (best == nil || len(m.Mountpoint) >= len(best.Mountpoint)) {
			best = m
		}
	}
	return best
}

// mountsBelow returns the mount points strictly below dir.
func (h *Host) mountsBelow(dir string) []string {
	var below []string
	for _, m := range h.mounts() {
		if m.Mountpoint != dir && within(m.Mountpoint, dir) && !slices.Contains(below, m.Mountpoint) {
			below = append(below, m.Mountpoint)
		}
	}
	return below
}

// within says that path is dir or lies below it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

// shared says that m is in a peer group, to which new mounts on it propagate.
func shared(m *mountinfo.Info) bool { return m != nil && strings.Contains(m.Optional, "shared:") }

// hasOption says that a comma-separated list has the option.
func hasOption(list, option string) bool {
	return slices.Contains(strings.Split(list, ","), option)
}

// option returns the value of "name=value" in a comma-separated list.
func option(list, name string) (string, bool) {
	for o := range strings.SplitSeq(list, ",") {
		if v, ok := strings.CutPrefix(o, name+"="); ok {
			return v, true
		}
	}
	return "", false
}

// few lists at most three words and counts the rest.
func few(words []string) string {
	if len(words) > 3 {
		return strings.Join(words[:3], ", ") + " and others"
	}
	return strings.Join(words, ", ")
}
