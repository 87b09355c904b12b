package why

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// newIDMapRules are about newuidmap(1) and newgidmap(1), which map what their
// caller may not: Failure.Program names the one that failed.
func newIDMapRules() []rule {
	return []rule{
		{ops: []Op{OpIDMap}, find: helper(helperMissing)},
		{ops: []Op{OpIDMap}, find: helper(helperPowerless)},
		{ops: []Op{OpIDMap}, find: helper(noSubordinate)},
		{ops: []Op{OpIDMap}, find: helper(nameless)},
	}
}

// helper makes a rule's probe of one that is about newuidmap or newgidmap.
func helper(find func(f Failure, h *Host, file string) (Explanation, bool)) func(Failure, *Host) (Explanation, bool) {
	return func(f Failure, h *Host) (Explanation, bool) {
		name := path.Base(f.Program)
		if name != "newuidmap" && name != "newgidmap" {
			return none()
		}
		file := f.Program
		if !strings.Contains(file, "/") {
			file = h.lookPath(name, f.SearchPath)
		}
		return find(f, h, file)
	}
}

// lookPath returns the first executable of that name in a PATH, or "".
func (h *Host) lookPath(name, search string) string {
	if search == "" && h.live {
		search = os.Getenv("PATH")
	}
	for dir := range strings.SplitSeq(search, ":") {
		file := path.Join("/", dir, name)
		if info, err := fs.Stat(h.files, file[1:]); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file
		}
	}
	return ""
}

func helperMissing(f Failure, h *Host, file string) (Explanation, bool) {
	if file != "" && h.exists(file) {
		return none()
	}
	return because(
		path.Base(f.Program)+", which maps subordinate ids for ordinary users, is not installed",
		"install it (Debian, Ubuntu: sudo apt install uidmap; Fedora: sudo dnf install shadow-utils; Alpine: sudo apk add shadow-uidmap), or map one id only: --map-root-user")
}

// helperPowerless: the helper works by the privileges of its file.
func helperPowerless(f Failure, h *Host, file string) (Explanation, bool) {
	name := path.Base(f.Program)
	var fsinfo unix.Statfs_t
	var st unix.Stat_t
	if v, _ := h.status("NoNewPrivs"); v == "1" {
		return because("this process may gain no privileges (no_new_privs is set), so "+name+" runs without the ones its file gives",
			"start from a process without no_new_privs, or map one id only: --map-root-user")
	}
	if !h.live || unix.Statfs(file, &fsinfo) != nil || unix.Stat(file, &st) != nil || h.holds(unix.CAP_SETUID) {
		return none()
	}
	_, err := unix.Getxattr(file, "security.capability", nil)
	setuid := st.Mode&unix.S_ISUID != 0
	switch {
	case fsinfo.Flags&unix.ST_NOSUID != 0:
		return because(fmt.Sprintf("%s is on a file system mounted nosuid, so it runs without privileges", file),
			"use a copy on a file system that is mounted without nosuid, or remount it: sudo mount -o remount,suid "+h.mountPoint(file))
	case !setuid && err != nil:
		return because(fmt.Sprintf("%s is neither set-user-id nor has file capabilities, so it runs without privileges", file),
			fmt.Sprintf("sudo setcap cap_set%s=ep %s (or: sudo chmod u+s %s)", strings.TrimSuffix(name[3:], "map"), file, file))
	case setuid && st.Uid != 0 && !f.Inside && err != nil: // inside, root may be shown as another
		return because(fmt.Sprintf("%s is set-user-id to user %d instead of root", file, st.Uid), "sudo chown root "+file+" && sudo chmod u+s "+file)
	}
	return none()
}

func (h *Host) mountPoint(file string) string {
	if m := h.mountOf(file); m != nil {
		return m.Mountpoint
	}
	return "/"
}

// noSubordinate compares the ids to be mapped with /etc/subuid or /etc/subgid
// (subuid(5)), unless the host gets them from elsewhere.
func noSubordinate(f Failure, h *Host, _ string) (Explanation, bool) {
	field, file, flag := "Uid", "/etc/subuid", "--add-subuids"
	if path.Base(f.Program) == "newgidmap" {
		field, file, flag = "Gid", "/etc/subgid", "--add-subgids"
	}
	uid, ok := h.id("Uid")
	own, okOwn := h.id(field)
	list, err := parseMap(f.Map)
	if nss, _ := h.read("/etc/nsswitch.conf"); !ok || !okOwn || err != nil || strings.Contains(nss, "\nsubid:") {
		return none()
	}
	user := h.userName(uid)
	text, _ := h.read(file)
	ranges := subordinate(text, user, uid)
	give := fmt.Sprintf("sudo usermod %s 100000-165535 %s (choose a range that no other line of %s has)", flag, user, file)
	if len(ranges) == 0 {
		return because(fmt.Sprintf("user %s has no subordinate ids: %s has no line for it", user, file), give)
	}
	for _, e := range list {
		if id, missing := ranges.gap(e.out, e.count); missing && (e.out != uint64(own) || e.count != 1) {
			return because(fmt.Sprintf("the id %d to be mapped is not among the subordinate ids that %s gives user %s", id, file, user), give)
		}
	}
	return none()
}

// nameless: newuidmap looks its caller up by name before anything else.
func nameless(f Failure, h *Host, _ string) (Explanation, bool) {
	uid, ok := h.id("Uid")
	if !ok || !h.live || h.userName(uid) != fmt.Sprint(uid) {
		return none()
	}
	if nss, _ := h.read("/etc/nsswitch.conf"); strings.Contains(nss, "\nsubid:") {
		return none()
	}
	return because(fmt.Sprintf("user %d has no name in /etc/passwd, and %s serves only users that have one", uid, path.Base(f.Program)),
		"run it as a user that has a name, or map one id only: --map-root-user")
}

// subordinate returns the ranges that the text of /etc/subuid gives a user, by
// name or by number, as extents of ids that stand for themselves. Lines that
// cannot be parsed are passed over, as newuidmap does.
func subordinate(text, user string, uid uint32) (ranges extents) {
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.Split(strings.TrimSpace(line), ":")
		if len(fields) != 3 || fields[0] != user && fields[0] != fmt.Sprint(uid) {
			continue
		}
		if e, err := parseMap(fields[1] + " " + fields[1] + " " + fields[2]); err == nil {
			ranges = append(ranges, e...)
		}
	}
	return ranges
}

// userName returns the login name of uid, or its number.
func (h *Host) userName(uid uint32) string {
	text, _ := h.read("/etc/passwd")
	for line := range strings.SplitSeq(text, "\n") {
		if fields := strings.Split(line, ":"); len(fields) > 2 && fields[2] == fmt.Sprint(uid) {
			return fields[0]
		}
	}
	return fmt.Sprint(uid)
}
