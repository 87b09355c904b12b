package caps

import (
	"fmt"
	"strconv"
	"strings"
)

// names lists the capabilities by number (linux/capability.h).
var names = [...]string{
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
}

// Cap is the number of one capability, 0 to 63.
type Cap uint8

// String returns the kernel's name of the capability, "CAP_NET_ADMIN", or for
// one that is newer than isle its number in the form "CAP_41".
func (c Cap) String() string {
	if int(c) < len(names) {
		return names[c]
	}
	return "CAP_" + strconv.Itoa(int(c))
}

// ParseCap returns the capability that s names: "CAP_NET_ADMIN", "net_admin",
// or "cap_41" for one that has no name here. Case does not matter.
func ParseCap(s string) (Cap, error) {
	name := strings.ToUpper(s)
	bare := strings.TrimPrefix(name, "CAP_")
	for c, known := range names {
		if known[len("CAP_"):] == bare {
			return Cap(c), nil
		}
	}
	// A bare number is not taken: "12" in a list is more likely a mistake.
	if bare != name {
		if n, err := strconv.ParseUint(bare, 10, 8); err == nil && n < 64 && strconv.Itoa(int(n)) == bare {
			return Cap(n), nil
		}
	}
	return 0, fmt.Errorf("unknown capability: %q", s)
}
