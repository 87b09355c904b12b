package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/moby/sys/mountinfo"
)

// layer is a part of the host's files as the root shows it.
type layer struct {
	lower, target string
	kind          layerKind
	mode          uint32 // permissions of a directory
	uid, gid      uint32
	link          string // what a symbolic link holds
}

type layerKind uint8

const (
	overlaid layerKind = iota // a directory seen through an overlay
	boundDir                  // a directory bound read-only, where an overlay cannot be
	boundFile
	madeDir  // an empty directory, for what lies in it
	madeLink // a symbolic link
)

// made are the places that get file systems of their own, or are not the
// host's files but its state.
var made = []string{"/proc", "/sys", "/dev", "/run"}

// noOverlay are types of file system that an overlay cannot have below, or
// that are no files of the host.
var noOverlay = []string{"vfat", "msdos", "exfat", "ntfs3", "fuse", "9p", "nfs", "nfs4", "cifs", "virtiofs"}

var noFiles = []string{"proc", "sysfs", "cgroup", "cgroup2", "devpts", "devtmpfs", "mqueue",
	"autofs", "nsfs", "securityfs", "debugfs", "tracefs", "bpf", "pstore", "efivarfs",
	"configfs", "hugetlbfs", "binfmt_misc", "rpc_pipefs", "fusectl", "selinuxfs"}

// hostLayers lists what makes up the host's files, each after what it lies in.
// Where mounts are locked together, because this process is not in the user
// namespace that made them, an overlay must not have a mount below it
// (mount_namespaces(7)): then directories with mounts in them are made anew and
// filled entry by entry.
func hostLayers(locked bool) ([]layer, error) {
	infos, err := mountinfo.GetMounts(nil)
	if err != nil {
		return nil, err
	}
	h := host{mounts: infos}
	if locked {
		h.fill("/")
		return h.layers, nil
	}
	h.layers = []layer{{lower: "/", target: "/", mode: 0o755}}
	for _, m := range infos {
		if m.Mountpoint != "/" && !slices.Contains(noFiles, m.FSType) && !isMade(m.Mountpoint) {
			h.add(m.Mountpoint)
		}
	}
	return h.layers, nil
}

type host struct {
	mounts []*mountinfo.Info
	layers []layer
}

func isMade(path string) bool {
	for _, dir := range made {
		if path == dir || strings.HasPrefix(path, dir+"/") {
			return true
		}
	}
	return false
}

// mount is the mount that a path is the top of, nil if it is none.
func (h *host) mount(path string) *mountinfo.Info {
	for i := len(h.mounts) - 1; i >= 0; i-- {
		if h.mounts[i].Mountpoint == path {
			return h.mounts[i]
		}
	}
	return nil
}

// contains says whether there is a mount below a directory.
func (h *host) contains(dir string) bool {
	for _, m := range h.mounts {
		if strings.HasPrefix(m.Mountpoint, strings.TrimSuffix(dir, "/")+"/") && m.Mountpoint != dir {
			return true
		}
	}
	return false
}

// add adds one path: an overlay if it can be one.
func (h *host) add(path string) {
	info, err := os.Lstat(path)
	if err != nil {
		return // covered by another mount, or not for this user
	}
	l := layer{lower: path, target: path, mode: uint32(info.Mode().Perm())}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		l.mode, l.uid, l.gid = st.Mode&0o7777, st.Uid, st.Gid
	}
	switch {
	case info.Mode()&os.ModeSymlink != 0:
		l.kind = madeLink
		l.link, err = os.Readlink(path)
	case info.Mode().IsRegular():
		l.kind = boundFile
	case !info.IsDir():
		return // a socket, a pipe or a device is the host's state
	case h.noOverlay(path):
		l.kind = boundDir
	}
	if err == nil {
		h.layers = append(without(h.layers, path), l)
	}
}

func (h *host) noOverlay(path string) bool {
	m := h.mount(path)
	if m == nil {
		return false
	}
	fs, _, _ := strings.Cut(m.FSType, ".")
	return slices.Contains(noOverlay, fs)
}

// fill adds a directory: as it is if no mount lies in it, otherwise entry by entry.
func (h *host) fill(dir string) {
	if m := h.mount(dir); isMade(dir) || m != nil && slices.Contains(noFiles, m.FSType) {
		return
	}
	entries, err := os.ReadDir(dir)
	if dir != "/" && !h.contains(dir) || err != nil || len(entries) > mostEntries {
		h.add(dir)
		return
	}
	h.add(dir)
	h.layers[len(h.layers)-1].kind = madeDir
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.IsDir() {
			h.fill(path)
		} else {
			h.add(path)
		}
	}
}

// mostEntries is how many entries of a directory are mounted one by one. A
// larger one is left to an overlay, which the kernel may refuse.
const mostEntries = 200

// without drops an earlier layer on the same place, which the later one covers.
func without(layers []layer, target string) []layer {
	for i, l := range layers {
		if l.target == target {
			return append(layers[:i:i], layers[i+1:]...)
		}
	}
	return layers
}
