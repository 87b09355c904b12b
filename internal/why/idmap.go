package why

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// idMapRules follow the order of map_write in the kernel's user_namespace.c.
func idMapRules() []rule {
	return []rule{
		{ops: []Op{OpIDMap}, errnos: []syscall.Errno{syscall.EPERM}, find: mapTwice},
		{ops: []Op{OpIDMap}, errnos: []syscall.Errno{syscall.EINVAL}, find: mapInvalid},
		{ops: []Op{OpIDMap}, errnos: []syscall.Errno{syscall.EPERM}, find: mapRoot},
		{ops: []Op{OpIDMap}, errnos: []syscall.Errno{syscall.EPERM}, find: mapOutside},
		{ops: []Op{OpIDMap}, errnos: []syscall.Errno{syscall.EPERM}, calls: writes, find: mapOwnGroup},
		{ops: []Op{OpIDMap}, errnos: []syscall.Errno{syscall.EPERM}, calls: writes, find: mapForeign},
		{ops: []Op{OpIDMap}, errnos: []syscall.Errno{syscall.EACCES, syscall.EPERM}, calls: []string{"open", "openat", "openat2"}, find: mapOpen},
	}
}

var writes = []string{"write", "pwrite64"}

// groups says that the map being written is of group ids.
func (f Failure) groups() bool { return strings.HasSuffix(f.Target, "gid_map") }

func (f Failure) mapName() string {
	if f.groups() {
		return "gid_map"
	}
	return "uid_map"
}

// mapTwice looks at the file itself: a map can be written once. It is readable
// only while the process is there.
func mapTwice(f Failure, h *Host) (Explanation, bool) {
	text, ok := h.read(f.Target)
	if !ok || text == "" {
		return none()
	}
	return because(fmt.Sprintf("the user namespace already has its %s, which can be written only once", f.mapName()),
		"write the whole map in one go, in a new user namespace")
}

// mapLines is the most lines a map may have since Linux 4.15; five before.
const mapLines = 340

func mapInvalid(f Failure, h *Host) (Explanation, bool) {
	list, err := parseMap(f.Map)
	limit := mapLines
	if h.before(4, 15) {
		limit = 5
	}
	switch a, b, twice := list.overlap(); {
	case err != nil:
		return because(err.Error(), "write lines of three numbers: INSIDE OUTSIDE COUNT")
	case len(list) == 0:
		return because("the id map is empty", "map at least one id")
	case len(list) > limit:
		return because(fmt.Sprintf("the id map has %d lines, and the kernel takes %d", len(list), limit), "join neighbouring ranges")
	case len(f.Map) >= os.Getpagesize():
		return because(fmt.Sprintf("the id map has %d bytes, and the kernel takes less than a page", len(f.Map)), "join neighbouring ranges")
	case twice:
		return because(fmt.Sprintf("the id map's ranges %q and %q overlap", a, b), "map each id once")
	}
	for _, e := range list {
		if e.count == 0 || e.in+e.count > 1<<32-1 || e.out+e.count > 1<<32-1 {
			return because(fmt.Sprintf("the id map's range %q is empty or goes beyond the last id, 4294967294", e), "correct the count")
		}
	}
	return none()
}

// mapRoot is the rule of Linux 5.12: who maps the outer root must be able to
// make file capabilities in its name.
func mapRoot(f Failure, h *Host) (Explanation, bool) {
	list, _ := parseMap(f.Map)
	uid, _ := h.id("Uid")
	for _, e := range list {
		if f.groups() || e.out != 0 || e.count == 0 || !h.lacks(unix.CAP_SETFCAP) || h.before(5, 12) {
			continue
		}
		if uid == 0 || h.holds(unix.CAP_SETUID) {
			return because("mapping the outer user 0 needs CAP_SETFCAP since Linux 5.12, and this process does not have it",
				"keep CAP_SETFCAP (docker, podman: --cap-add SETFCAP), or map another id than 0")
		}
	}
	return none()
}

// mapOutside finds an id of the outer side that this process's own user
// namespace does not have.
func mapOutside(f Failure, h *Host) (Explanation, bool) {
	text, ok := h.read("/proc/self/" + f.mapName())
	own, err := parseMap(text)
	list, errMap := parseMap(f.Map)
	if !ok || text == "" || err != nil || errMap != nil { // no map: this process is inside by now
		return none()
	}
	for _, e := range list {
		if id, missing := own.gap(e.out, e.count); missing {
			return because(fmt.Sprintf("the id %d to be mapped does not exist in this user namespace, whose %s is %q", id, f.mapName(), text),
				"map only ids from "+f.mapName()+", or give the outer namespace more ids")
		}
	}
	return none()
}

// mapOwnGroup: without CAP_SETGID one may map the own group alone, and only
// after giving up setgroups.
func mapOwnGroup(f Failure, h *Host) (Explanation, bool) {
	gid, ok := h.id("Gid")
	list, err := parseMap(f.Map)
	if !f.groups() || !ok || err != nil || len(list) != 1 || list[0].count != 1 ||
		list[0].out != uint64(gid) || !h.lacks(unix.CAP_SETGID) {
		return none()
	}
	if v, ok := h.read(fmt.Sprintf("/proc/%d/setgroups", f.PID)); ok && v == "deny" {
		return none()
	}
	return because("without CAP_SETGID a process may map its own group only after setgroups is denied in the user namespace",
		"write deny to /proc/PID/setgroups first: --setgroups deny")
}

// mapForeign: an id that is not the caller's own, or more than one.
func mapForeign(f Failure, h *Host) (Explanation, bool) {
	field, capability := "Uid", unix.CAP_SETUID
	if f.groups() {
		field, capability = "Gid", unix.CAP_SETGID
	}
	id, ok := h.id(field)
	list, err := parseMap(f.Map)
	if !ok || err != nil || len(list) == 0 || !h.lacks(capability) {
		return none()
	}
	if len(list) == 1 && list[0].count == 1 && list[0].out == uint64(id) {
		return none()
	}
	return because(
		fmt.Sprintf("without %s a process may map only its own id, %d, and only that one", capName(capability), id),
		"let newuidmap and newgidmap write the map from subordinate ids (--map-auto), or map one id (--map-root-user)")
}

// mapOpen: the map files of a process belong to root when it is not dumpable.
func mapOpen(f Failure, h *Host) (Explanation, bool) {
	uids, ok := h.statusOf(strconv.Itoa(f.PID), "Uid")
	uid, okID := h.id("Uid")
	if owner, _, _ := strings.Cut(uids, "\t"); !ok || !okID || owner == strconv.FormatUint(uint64(uid), 10) || f.New.Has(ns.User) {
		return none()
	}
	return because(fmt.Sprintf("process %d belongs to another user", f.PID), "run as that user or as root")
}
