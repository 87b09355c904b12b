package feature

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// The probes of what gives an ordinary user more than one id.
var (
	Newuidmap = &Probe{
		Name: "newuidmap", Area: Identity,
		For:      "mapping a range of user ids as an ordinary user",
		question: helper{"newuidmap", unix.CAP_SETUID},
	}
	Newgidmap = &Probe{
		Name: "newgidmap", Area: Identity,
		For:      "mapping a range of group ids as an ordinary user",
		question: helper{"newgidmap", unix.CAP_SETGID},
	}
	Subuids = &Probe{
		Name: "subordinate user ids", Area: Identity,
		For:      "images with more than one owner; --map-auto",
		question: subordinate{"/etc/subuid", "--add-subuids"},
	}
	Subgids = &Probe{
		Name: "subordinate group ids", Area: Identity,
		For:      "images with more than one group; --map-auto",
		question: subordinate{"/etc/subgid", "--add-subgids"},
	}
)

// helper asks for a program that gets the capability it needs by being set-user-ID
// root or by file capabilities.
type helper struct {
	name       string
	capability uint
}

func (h helper) ask() (string, error) {
	path := h.find()
	if path == "" {
		return "", no("it is not installed", install())
	}
	how, err := h.privilege(path)
	if err != nil {
		return "", err
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(path, &fs); err != nil {
		return "", fmt.Errorf("statfs %s: %w", path, err)
	}
	if fs.Flags&unix.ST_NOSUID != 0 {
		return "", no(path+" is on a mount with nosuid", "mount -o remount,suid "+mountOf(path))
	}
	if on, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); err == nil && on == 1 {
		return "", no("no_new_privs is set on this process, which makes " + path + " powerless")
	}
	return path + ", " + how, nil
}

// find looks where an ordinary user's PATH may not lead, too.
func (h helper) find() string {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/bin", "/bin", "/usr/sbin", "/sbin") {
		path := filepath.Join(dir, h.name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && filepath.IsAbs(path) {
			return path
		}
	}
	return ""
}

// privilege says by what means the program gets its capability.
func (h helper) privilege(path string) (string, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return "", fmt.Errorf("stat %s: %w", path, err)
	}
	switch {
	case st.Mode&0o111 == 0:
		return "", no(path+" is not executable", "chmod 4755 "+path)
	case st.Mode&unix.S_ISUID != 0 && st.Uid == 0:
		return "set-user-ID root", nil
	}
	value := make([]byte, 64)
	n, err := unix.Getxattr(path, "security.capability", value)
	if errors.Is(err, unix.ENODATA) || errors.Is(err, unix.EOPNOTSUPP) {
		return "", no(path+" is neither set-user-ID root nor has file capabilities", "chown root "+path, "chmod u+s "+path)
	}
	if err != nil {
		return "", fmt.Errorf("getxattr %s security.capability: %w", path, err)
	}
	permitted, err := fileCaps(value[:n])
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if permitted&(1<<h.capability) == 0 {
		return "", no(path+" has file capabilities, but not the one it needs", "chown root "+path, "chmod u+s "+path)
	}
	return "file capabilities", nil
}

// fileCaps reads the permitted set, if it is also made effective at exec, out of
// the extended attribute security.capability (capabilities(7), linux/capability.h:
// struct vfs_cap_data; revisions 2 and 3).
func fileCaps(value []byte) (permitted uint64, err error) {
	var data struct {
		Magic uint32
		Sets  [2]struct{ Permitted, Inheritable uint32 }
	}
	if err := binary.Read(bytes.NewReader(value), binary.LittleEndian, &data); err != nil {
		return 0, fmt.Errorf("security.capability of %d bytes", len(value))
	}
	switch revision := data.Magic >> 24; {
	case revision == 2 && len(value) == 20, revision == 3 && len(value) == 24:
	default:
		return 0, fmt.Errorf("security.capability of revision %d and %d bytes", revision, len(value))
	}
	if data.Magic&1 == 0 {
		return 0, nil
	}
	return uint64(data.Sets[0].Permitted) | uint64(data.Sets[1].Permitted)<<32, nil
}

// mountOf is the mount point a path is on.
func mountOf(path string) string {
	mounts, err := mountinfo.GetMounts(mountinfo.ParentsFilter(path))
	longest := "/"
	for _, m := range mounts {
		if err == nil && len(m.Mountpoint) > len(longest) {
			longest = m.Mountpoint
		}
	}
	return longest
}
