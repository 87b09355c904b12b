package attacks

import (
	"os"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestWaitingCapabilities: who sees a process that waits, and may trace it, gets
// what it may do; that is to be no more than what its program is given. Without
// no_new_privs a filter takes CAP_SYS_ADMIN, and one that would not let the
// process wait can only be installed afterwards: that shows what would be got.
func TestWaitingCapabilities(t *testing.T) {
	filters := map[string]bool{"mount": false, "accept4": true}
	for denied, keeps := range filters {
		t.Run(denied, func(t *testing.T) {
			b := created(t, func(b *bundle) {
				b.spec.Process.NoNewPrivileges = false
				b.spec.Linux.Seccomp = &specs.LinuxSeccomp{DefaultAction: specs.ActAllow,
					Syscalls: []specs.LinuxSyscall{{Names: []string{denied}, Action: specs.ActErrno}}}
			})
			if kept := b.may(unix.CAP_SYS_ADMIN); kept != keeps {
				t.Error("CAP_SYS_ADMIN while it waits: ", kept)
			}
			if r := b.isle("start", b.id); r.code != 0 || b.may(unix.CAP_SYS_ADMIN) {
				t.Error("CAP_SYS_ADMIN of its program: ", r)
			}
			status, err := os.ReadFile("/proc/" + b.pid() + "/status")
			if err != nil || !strings.Contains(string(status), "Seccomp:\t2\n") {
				t.Error("no filter: ", string(status))
			}
		})
	}
}

// may says whether the container's process has a capability, in any set.
func (b *bundle) may(capability uint) bool {
	b.t.Helper()
	status, err := os.ReadFile("/proc/" + b.pid() + "/status")
	must(b.t, err)
	for _, set := range []string{"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"} {
		_, text, _ := strings.Cut(string(status), set+":\t")
		text, _, _ = strings.Cut(text, "\n")
		n, err := strconv.ParseUint(text, 16, 64)
		must(b.t, err)
		if n&(1<<capability) != 0 {
			return true
		}
	}
	return false
}
