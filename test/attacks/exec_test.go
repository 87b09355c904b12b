package attacks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// watched is a running container whose program goes for every process that
// comes into its PID namespace.
func watched(t *testing.T, traces, user bool) *bundle {
	b := newBundle(t, func(b *bundle) {
		if user {
			b.userNamespace()
		}
		if traces {
			b.allow("CAP_SYS_PTRACE")
		}
		must(t, os.WriteFile(b.rootfs("tmp/loot"), nil, 0o666))
		must(t, os.Chmod(b.rootfs("tmp/loot"), 0o666))
		b.spec.Process.Env = append(b.spec.Process.Env, "CANARY="+b.host("canary"))
		b.spec.Process.Args = []string{"/bin/hostile", "watch"}
	})
	if r := b.isle("run", "--detach", b.id); r.code != 0 {
		t.Fatal(r)
	}
	b.ready()
	return b
}

// allow gives the container a capability.
func (b *bundle) allow(name string) {
	c := b.spec.Process.Capabilities
	for _, set := range []*[]string{&c.Bounding, &c.Effective, &c.Permitted} {
		*set = append(*set, name)
	}
}

func identityOf(t *testing.T, path string) string {
	var st unix.Stat_t
	must(t, unix.Stat(path, &st))
	return fmt.Sprintf("exe_%d:%d", st.Dev, st.Ino)
}

// taken are the parts of the loot that no container is to have.
func taken(t *testing.T, loot []string, runtime string) (list []string) {
	file := identityOf(t, runtime)
	for _, line := range loot {
		if line == file || strings.HasPrefix(line, "secret") || strings.HasPrefix(line, "host") || strings.HasPrefix(line, "socket") {
			list = append(list, line)
		}
	}
	return list
}

// TestExecIntoHostile: a container waits for a process of the runtime's to come
// and goes for its file (CVE-2019-5736), descriptors (CVE-2016-9962) and memory.
func TestExecIntoHostile(t *testing.T) {
	for _, test := range []struct{ traces, user bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
		t.Run(fmt.Sprintf("ptrace %v, user namespace %v", test.traces, test.user), func(t *testing.T) {
			t.Setenv("SECRET", secret)
			if test.traces && !test.user {
				b := watched(t, test.traces, test.user)
				for range 30 {
					finish(t, exec.Command(naive, "exec", b.pid(), "/bin/true"))
				}
				loot, taken := b.loot(), 0
				for _, want := range []string{identityOf(t, naive), "secret_in_memory", "secret_in_environ", "host_by_descriptor_3"} {
					if slices.Contains(loot, want) {
						taken++
					} else {
						t.Logf("the naive runtime kept %s this time", want)
					}
				}
				if taken == 0 {
					t.Errorf("the naive runtime lost nothing: %v", loot)
				}
			}
			b := watched(t, test.traces, test.user)
			for range 25 {
				// The container may well end or stop its own program, but what
				// is executed there is not what this is about.
				b.isle("exec", b.id, "/bin/true")
			}
			loot := b.loot()
			t.Log(loot)
			if lost := taken(t, loot, isle); len(lost) > 0 {
				t.Error("isle lost ", lost)
			}
		})
	}
}

func (b *bundle) pid() string {
	b.t.Helper()
	r := b.isle("state", b.id)
	_, text, _ := strings.Cut(r.out, `"pid": `)
	pid, _, ok := strings.Cut(text, ",")
	if !ok {
		b.t.Fatal(r)
	}
	return pid
}

// TestHostileNeighbour: a container is made in the PID namespace of a hostile
// one, and waits there to be started.
func TestHostileNeighbour(t *testing.T) {
	for _, traces := range []bool{false, true} {
		t.Run(fmt.Sprintf("ptrace %v", traces), func(t *testing.T) {
			t.Setenv("SECRET", secret)
			a := watched(t, traces, false)
			for range 8 {
				b := newBundle(t, func(b *bundle) {
					for i := range b.spec.Linux.Namespaces {
						if n := &b.spec.Linux.Namespaces[i]; n.Type == specs.PIDNamespace {
							n.Path = "/proc/" + a.pid() + "/ns/pid"
						}
					}
					b.spec.Process.Args = []string{"/bin/true"}
				})
				r := b.isle("create", b.id)
				if r.code != 0 && !traces {
					t.Fatal(r)
				}
				if pid, err := strconv.Atoi(b.pid()); err == nil {
					b.isle("delete", "--force", b.id)
					unix.Wait4(pid, nil, 0, nil) // this is the first process here, and a's ends when b's is gone
				}
				os.RemoveAll(filepath.Join(b.dir, "rootfs"))
			}
			loot := a.loot()
			t.Log(loot)
			lost := taken(t, loot, isle)
			if traces { // who may trace all that it sees has the socket too; see docs/security.md
				lost = slices.DeleteFunc(lost, func(line string) bool { return strings.HasPrefix(line, "socket") })
			}
			if len(lost) > 0 {
				t.Error("isle lost ", lost)
			}
		})
	}
}
