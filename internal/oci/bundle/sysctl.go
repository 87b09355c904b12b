package bundle

import (
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// SysctlPath returns the file under /proc/sys that a sysctl's name means, or "" if
// it can mean none. The first separator, '.' or '/', is the separator of all; the
// other of the two stands for itself turned round, as an interface's name may need
// it: net.ipv4.conf.eth0/1.forwarding is net/ipv4/conf/eth0.1/forwarding (sysctl(8)).
func SysctlPath(name string) string {
	if first := strings.IndexAny(name, "./"); first >= 0 && name[first] == '.' {
		name = strings.Map(func(r rune) rune {
			switch r {
			case '.':
				return '/'
			case '/':
				return '.'
			}
			return r
		}, name)
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return ""
		}
	}
	for _, r := range name {
		if r == ' ' || !strconv.IsPrint(r) {
			return ""
		}
	}
	return name
}

// namespacedSysctls are the files under /proc/sys, and the folders, that a
// namespace has its own of: the same that runc and crun let a container set.
var namespacedSysctls = [...]struct {
	path string
	kind specs.LinuxNamespaceType
}{
	{"net/", specs.NetworkNamespace},
	{"fs/mqueue/", specs.IPCNamespace},
	{"kernel/msgmax", specs.IPCNamespace},
	{"kernel/msgmnb", specs.IPCNamespace},
	{"kernel/msgmni", specs.IPCNamespace},
	{"kernel/sem", specs.IPCNamespace},
	{"kernel/shmall", specs.IPCNamespace},
	{"kernel/shmmax", specs.IPCNamespace},
	{"kernel/shmmni", specs.IPCNamespace},
	{"kernel/shm_rmid_forced", specs.IPCNamespace},
	{"kernel/hostname", specs.UTSNamespace},
	{"kernel/domainname", specs.UTSNamespace},
}

// sysctl checks that a setting reaches no further than the container.
func (c *checker) sysctl(name, _ string) {
	path := SysctlPath(name)
	if path == "" {
		c.refuse("", "names no file under /proc/sys; want a name such as net.core.somaxconn")
		return
	}
	if path == "kernel/hostname" {
		c.refuse("", "want .hostname instead")
		return
	}
	if path == "kernel/domainname" && c.spec.Domainname != "" {
		c.refuse("", "set twice: here and in .domainname")
		return
	}
	for _, s := range namespacedSysctls {
		if path == s.path || strings.HasSuffix(s.path, "/") && strings.HasPrefix(path, s.path) {
			if !c.has(s.kind) {
				c.refuse("", "needs a namespace of type "+string(s.kind)+", or it would be set for the host")
			}
			return
		}
	}
	c.refuse("", "is of no namespace: it would be set for the host")
}
