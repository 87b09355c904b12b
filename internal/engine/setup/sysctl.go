package setup

import (
	"errors"
	"fmt"
	"strings"

	"isle/internal/oci/bundle"
)

// sysctls are the parameters that the container has its own of. They are checked
// here too so that the option is named.
func (m *maker) sysctls() error {
	for name, value := range m.req.Sysctl {
		if err := m.checkSysctl(name); err != nil {
			return fmt.Errorf("--sysctl %s=%s: %w", name, value, err)
		}
	}
	m.spec.Linux.Sysctl = m.req.Sysctl
	return nil
}

func (m *maker) checkSysctl(name string) error {
	path := bundle.SysctlPath(name)
	for _, own := range [...]struct{ prefix, kind string }{
		{"net/", "net"}, {"fs/mqueue/", "ipc"}, {"kernel/msg", "ipc"}, {"kernel/sem", "ipc"}, {"kernel/shm", "ipc"},
		{"kernel/domainname", "uts"}, {"kernel/hostname", "uts"},
	} {
		if !strings.HasPrefix(path, own.prefix) {
			continue
		}
		if m.shares(own.kind) {
			return fmt.Errorf("it would be set for others too: the container has no %s namespace of its own", own.kind)
		}
		return nil
	}
	return errors.New("no namespace has its own: it would be set for the host")
}
