package why

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// status returns a field of the calling process's /proc/self/status.
func (h *Host) status(field string) (string, bool) { return h.statusOf("self", field) }

func (h *Host) statusOf(pid, field string) (string, bool) {
	text, ok := h.read("/proc/" + pid + "/status")
	if !ok {
		return "", false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, _ := strings.Cut(line, ":"); name == field {
			return strings.TrimSpace(value), true
		}
	}
	return "", false
}

// id returns the effective id of the "Uid" or "Gid" line, which the plan may
// have changed meanwhile.
func (h *Host) id(field string) (uint32, bool) {
	switch {
	case h.began == nil:
	case field == "Uid":
		return h.began.uid, true
	case field == "Gid":
		return h.began.gid, true
	}
	line, _ := h.status(field)
	ids := strings.Fields(line)
	if len(ids) < 2 {
		return 0, false
	}
	n, err := strconv.ParseUint(ids[1], 10, 32)
	return uint32(n), err == nil
}

// holds and lacks say whether the caller is known to have, or known not to
// have, an effective capability. Both are false if it cannot be told.
func (h *Host) holds(capability int) bool {
	has, known := h.effective(capability)
	return known && has
}

func (h *Host) lacks(capability int) bool {
	has, known := h.effective(capability)
	return known && !has
}

func (h *Host) effective(capability int) (has, known bool) {
	text, ok := h.status("CapEff")
	if !ok {
		return h.capget(capability)
	}
	set, err := strconv.ParseUint(text, 16, 64)
	return set>>capability&1 == 1, err == nil
}

// capget is for a process that has no /proc to read.
func (h *Host) capget(capability int) (has, known bool) {
	if !h.live {
		return false, false
	}
	var data [2]unix.CapUserData
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false, false
	}
	return data[capability/32].Effective>>(capability%32)&1 == 1, true
}

// capName returns the name of one of the capabilities that the rules speak of.
func capName(capability int) string {
	for _, c := range capNames {
		if c.capability == capability {
			return c.name
		}
	}
	return fmt.Sprintf("capability %d", capability)
}

var capNames = [...]struct {
	capability int
	name       string
}{
	{unix.CAP_SETGID, "CAP_SETGID"},
	{unix.CAP_SETUID, "CAP_SETUID"},
	{unix.CAP_SETFCAP, "CAP_SETFCAP"},
	{unix.CAP_SETPCAP, "CAP_SETPCAP"},
	{unix.CAP_NET_ADMIN, "CAP_NET_ADMIN"},
	{unix.CAP_SYS_CHROOT, "CAP_SYS_CHROOT"},
	{unix.CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
	{unix.CAP_SYS_PTRACE, "CAP_SYS_PTRACE"},
	{unix.CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE"},
	{unix.CAP_SYS_TIME, "CAP_SYS_TIME"},
	{unix.CAP_MKNOD, "CAP_MKNOD"},
}
