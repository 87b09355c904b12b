package attacks

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// deaf is a socket that somebody listens on and never accepts; there is room for
// one who connects, which is taken.
func deaf(t *testing.T, path string) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	must(t, unix.Bind(fd, &unix.SockaddrUnix{Name: path}))
	must(t, unix.Listen(fd, 0))
	first, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	t.Cleanup(func() { unix.Close(first) })
	must(t, unix.Connect(first, &unix.SockaddrUnix{Name: path}))
}

// notifying gives the container a filter that asks an agent about each mkdir.
func (b *bundle) notifying() string {
	path := filepath.Join(b.dir, "agent")
	b.spec.Linux.Seccomp = &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, ListenerPath: path,
		Syscalls: []specs.LinuxSyscall{{Names: []string{"mkdir", "mkdirat"}, Action: specs.ActNotify}}}
	return path
}

// TestNotifySocketHangs: nobody takes the descriptor of a filter that asks.
func TestNotifySocketHangs(t *testing.T) {
	t.Parallel()
	for _, verbs := range [][]string{{"run"}, {"create", "start"}, {"run --detach", "exec"}} {
		t.Run(verbs[len(verbs)-1], func(t *testing.T) {
			t.Parallel()
			b := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/sleep", "1000"} })
			path := b.notifying()
			if verbs[0] == "run --detach" { // its first process has somebody who takes it
				listenOn(t, path, func(c net.Conn) { t.Cleanup(func() { c.Close() }) })
			} else {
				deaf(t, path)
			}
			b.write()
			for n, verb := range verbs {
				args := append(strings.Fields(verb), b.id)
				if verb == "exec" {
					must(t, os.Remove(path))
					deaf(t, path)
					args = append(args, "/bin/true")
				}
				r := b.isle(args...)
				if last := n == len(verbs)-1; !last && r.code != 0 {
					t.Fatal(r)
				} else if last && (r.code == 0 || !strings.Contains(r.out, path+": connect: resource temporarily unavailable")) {
					t.Error(r)
				}
			}
			switch verbs[0] {
			case "run":
				if r := b.isle("state", b.id); r.code == 0 {
					t.Error("left behind: ", r)
				}
			case "create":
				b.status("stopped")
			default:
				b.status("running")
			}
		})
	}
}

// TestAgentHangs: the agent has the descriptor, and never answers. The container
// waits, and is ended all the same.
func TestAgentHangs(t *testing.T) {
	b := newBundle(t, func(b *bundle) {
		b.notifying()
		b.script("echo >/tmp/asks; mkdir /tmp/made; sleep 1000")
		must(t, os.Symlink("busybox", b.rootfs("bin/mkdir")))
	})
	listenOn(t, b.spec.Linux.Seccomp.ListenerPath, func(c net.Conn) { t.Cleanup(func() { c.Close() }) })
	if r := b.isle("run", "--detach", b.id); r.code != 0 {
		t.Fatal(r)
	}
	for deadline := time.Now().Add(longest); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(b.rootfs("tmp/asks")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the container does not run")
		}
	}
	if r := b.isle("exec", b.id, "/bin/true"); r.code != 0 {
		t.Error(r)
	}
	if r := b.isle("delete", "--force", b.id); r.code != 0 {
		t.Error(r)
	}
	if _, err := os.Stat(b.rootfs("tmp/made")); err == nil {
		t.Error("nobody was asked")
	}
}
