package why

import (
	"bufio"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// Host is the machine and the calling process as their files show them. Nothing
// is read before a rule asks for it.
type Host struct {
	files fs.FS
	// live says that files is this host's, so that system calls may be made
	// to learn more.
	live bool
	// began are the ids that the calling process had when the plan began, if it
	// has others now.
	began *began
}

type began struct{ uid, gid uint32 }

// Running returns the host this process runs on.
func Running() *Host { return &Host{files: os.DirFS("/"), live: true} }

// Recorded returns a host known only by files taken from it, named as they were
// there: "proc/self/status". Rules that must make system calls do not answer on it.
func Recorded(files fs.FS) *Host { return &Host{files: files} }

// read returns the text of the file at path, less the white space around it.
func (h *Host) read(path string) (string, bool) {
	b, err := fs.ReadFile(h.files, strings.TrimPrefix(path, "/"))
	return strings.TrimSpace(string(b)), err == nil
}

// link returns the target of the symbolic link at path.
func (h *Host) link(path string) (string, bool) {
	s, err := fs.ReadLink(h.files, strings.TrimPrefix(path, "/"))
	return s, err == nil
}

func (h *Host) exists(path string) bool {
	_, err := fs.Lstat(h.files, strings.TrimPrefix(path, "/"))
	return err == nil
}

// sysctl returns the value of a sysctl by its dotted name.
func (h *Host) sysctl(name string) (string, bool) {
	return h.read("/proc/sys/" + strings.ReplaceAll(name, ".", "/"))
}

// before says that the kernel is known to be older than major.minor.
func (h *Host) before(major, minor int) bool {
	release, ok := h.sysctl("kernel.osrelease")
	if !ok {
		return false
	}
	first, rest, _ := strings.Cut(release, ".")
	second := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	have, err1 := strconv.Atoi(first)
	minorHave, err2 := strconv.Atoi(second)
	if err1 != nil || err2 != nil {
		return false
	}
	return have < major || have == major && minorHave < minor
}

// limit returns the soft limit of the resource that /proc/self/limits calls name.
func (h *Host) limit(name string) (uint64, bool) {
	text, _ := h.read("/proc/self/limits")
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		rest, ok := strings.CutPrefix(s.Text(), name)
		if fields := strings.Fields(rest); ok && len(fields) > 0 {
			n, err := strconv.ParseUint(fields[0], 10, 64) // "unlimited" is no number
			return n, err == nil
		}
	}
	return 0, false
}
