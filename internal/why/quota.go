package why

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"isle/ns"
)

func quotaRules() []rule {
	return []rule{
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.ENOSPC, syscall.EUSERS}, find: limitZero},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.ENOSPC}, find: pidDepth},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.ENOSPC, syscall.EUSERS}, find: limitReached},
		{ops: []Op{OpCreate, OpMount, OpPersist}, errnos: []syscall.Errno{syscall.ENOSPC}, find: mountMax},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.ENOSPC, syscall.EUSERS}, find: limitAbove},
		{errnos: []syscall.Errno{syscall.EAGAIN}, calls: forks, find: pidsCgroup},
		{errnos: []syscall.Errno{syscall.EAGAIN}, calls: forks, find: processLimit},
		{errnos: []syscall.Errno{syscall.EAGAIN}, calls: forks, find: eitherLimit},
		{errnos: []syscall.Errno{syscall.ENOMEM}, calls: forks[:4], find: deadInit},
	}
}

var forks = []string{"clone", "clone3", "fork", "vfork", "execve", "execveat", "setuid", "setresuid"}

// maxSysctl is the limit on how many namespaces of kind k one user may have in
// the caller's user namespace (namespaces(7)).
func maxSysctl(k ns.Kind) string { return "user.max_" + k.File() + "_namespaces" }

// limitZero looks at all kinds, also those made in a new user namespace: each is
// charged to every user namespace above its owner, so to the caller's too.
func limitZero(f Failure, h *Host) (Explanation, bool) {
	for _, k := range f.Kinds.Kinds() {
		if v, ok := h.sysctl(maxSysctl(k)); ok && v == "0" {
			return because(
				fmt.Sprintf("this user namespace allows no %s namespaces (%s=0)", k, maxSysctl(k)),
				fmt.Sprintf("raise it: sudo sysctl -w %s=10000", maxSysctl(k)))
		}
	}
	return none()
}

// maxDepth is how deep user and pid namespaces may be nested below the first.
const maxDepth = 32

func pidDepth(f Failure, h *Host) (Explanation, bool) {
	line, _ := h.status("NSpid")
	if !f.Kinds.Has(ns.PID) || len(strings.Fields(line)) <= maxDepth {
		return none()
	}
	return because(fmt.Sprintf("pid namespaces are nested %d deep here, which is the kernel's limit", maxDepth),
		"share the pid namespace, or start from fewer sandboxes inside each other")
}

// limitReached finds the kind that is used up, in the first user namespace,
// where no outer limit applies.
func limitReached(f Failure, h *Host) (Explanation, bool) {
	if !h.inInitialUserNS() || f.New != 0 {
		return none()
	}
	k, ok := h.usedUp(f.Kinds)
	v, okLimit := h.sysctl(maxSysctl(k))
	if !ok || !okLimit {
		return none()
	}
	return because(
		fmt.Sprintf("this user already has the %s %s namespaces that %s allows", v, k, maxSysctl(k)),
		fmt.Sprintf("end some of them (lsns -t %s), or raise it: sudo sysctl -w %s=NUMBER", k.File(), maxSysctl(k)))
}

// mountMax applies to the copy of all mounts that a new mount namespace begins
// with, and to every tree of mounts added.
func mountMax(f Failure, h *Host) (Explanation, bool) {
	v, _ := h.sysctl("fs.mount-max")
	limit, err := strconv.Atoi(v)
	have := len(h.mounts())
	if err != nil || f.Op == OpCreate && (!f.Kinds.Has(ns.Mount) || have <= limit) {
		return none()
	}
	return because(fmt.Sprintf("the mount namespace would hold more mounts than fs.mount-max allows (%d; there are %d)", limit, have),
		"unmount some, or raise it: sudo sysctl -w fs.mount-max=NUMBER")
}

// limitAbove is said where nothing better can be: the limits of outer user
// namespaces apply too and cannot be read from inside, nor can the depth.
func limitAbove(f Failure, h *Host) (Explanation, bool) {
	var causes []string
	nested := !h.inInitialUserNS()
	if f.Kinds.Has(ns.User) && nested {
		causes = append(causes, fmt.Sprintf("user namespaces are nested as deep as the kernel allows (%d)", maxDepth))
	}
	for _, k := range f.Kinds.Kinds() {
		v, ok := h.sysctl(maxSysctl(k))
		switch {
		case ok && !nested:
			causes = append(causes, fmt.Sprintf("%s is used up (%s)", maxSysctl(k), v))
		case ok:
			causes = append(causes, fmt.Sprintf("%s is used up (%s here; that of an outer user namespace cannot be read from inside)", maxSysctl(k), v))
		}
	}
	return Explanation{oneOf(causes), "nest fewer sandboxes, end some, or raise the limit outside: sudo sysctl -w user.max_user_namespaces=NUMBER"}, len(causes) > 0
}
