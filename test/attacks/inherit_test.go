package attacks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// both runs the bundle with the naive runtime and with isle, in a process that
// change has made leaky.
func (b *bundle) both(change func(cmd *exec.Cmd)) (fallen, own result) {
	b.t.Helper()
	first := exec.Command(naive, "run", b.dir)
	second := exec.Command(isle, "oci", "--root", filepath.Join(b.dir, "state"), "run", "--bundle", b.dir, b.id)
	for _, cmd := range []*exec.Cmd{first, second} {
		if change != nil {
			change(cmd)
		}
	}
	return finish(b.t, first), finish(b.t, second)
}

// leaked leaves a directory of the host open in a process.
func leaked(b *bundle) func(cmd *exec.Cmd) {
	return func(cmd *exec.Cmd) {
		dir, err := os.Open(b.host(""))
		must(b.t, err)
		b.t.Cleanup(func() { dir.Close() })
		cmd.ExtraFiles = []*os.File{dir}
	}
}

// TestInheritedDescriptors: the engine has left a directory of the host open
// (CVE-2016-9962, CVE-2024-21626).
func TestInheritedDescriptors(t *testing.T) {
	const steal = "for fd in 3 4 5 6 7 8 9; do cat /proc/self/fd/$fd/canary; done; cat canary; cat ../host/canary"
	for _, cwd := range []string{"/", "/proc/self/fd/3", "/link", "/proc/1/fd/3", "/proc/thread-self/fd/3"} {
		b := newBundle(t, func(b *bundle) {
			b.linkTo("/proc/self/fd/3", "link")
			b.spec.Process.Cwd = cwd
			b.script(steal)
		})
		fallen, own := b.both(leaked(b))
		if cwd != "/proc/thread-self/fd/3" && !strings.Contains(fallen.out, unharmed) {
			t.Error(cwd, ": the naive runtime withstood: ", fallen)
		}
		if strings.Contains(own.out, unharmed) || cwd != "/" && own.code == 0 {
			t.Error(cwd, ": ", own)
		}
	}
}

// TestInheritedIdentity: what isle's caller has of groups, variables and
// inheritable capabilities does not reach the container (CVE-2022-29162,
// CVE-2022-27650).
func TestInheritedIdentity(t *testing.T) {
	b := newBundle(t, func(b *bundle) { b.script("id -G; grep CapInh /proc/self/status; echo secret=$SECRET") })
	fallen, own := b.both(func(cmd *exec.Cmd) {
		cmd.Env = append(os.Environ(), "SECRET=told")
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Groups: []uint32{4, 27}}, AmbientCaps: []uintptr{unix.CAP_NET_RAW}}
	})
	for _, leaked := range []string{"4 27", "CapInh:\t0000000000002000", "secret=told"} {
		if !strings.Contains(fallen.out, leaked) {
			t.Errorf("the naive runtime does not leak %q: %v", leaked, fallen)
		}
		if strings.Contains(own.out, leaked) {
			t.Errorf("isle leaks %q: %v", leaked, own)
		}
	}
	if own.code != 0 {
		t.Error(own)
	}
}

// TestCallersTerminal: the container types a command into its caller's terminal,
// whose shell reads it when the container is gone (TIOCSTI).
func TestCallersTerminal(t *testing.T) {
	b := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/hostile", "terminal"} })
	atTerminal := func(cmd *exec.Cmd) {
		slave := ownTerminal(t)
		cmd.Args = append([]string{"busybox", "sh", "-c", `"$@"; read -t 1 line; echo "read: $line"`, "sh", cmd.Path}, cmd.Args[1:]...)
		cmd.Path = filepath.Join(ownDir, "busybox")
		cmd.Stdin = slave
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	}
	fallen, own := b.both(atTerminal)
	if !strings.Contains(fallen.out, "read: typed by the container") {
		t.Error("the naive runtime withstood: ", fallen)
	}
	if strings.Contains(own.out, "typed") || !strings.Contains(own.out, "attack failed: operation not permitted") {
		t.Error(own)
	}
	b.script("sleep 1000")
	b.write()
	if r := b.isle("run", "--detach", b.id); r.code != 0 {
		t.Fatal(r)
	}
	execute := exec.Command(isle, "oci", "--root", filepath.Join(b.dir, "state"), "exec", b.id, "/bin/hostile", "terminal")
	atTerminal(execute)
	if own := finish(t, execute); strings.Contains(own.out, "typed") || !strings.Contains(own.out, "attack failed: operation not permitted") {
		t.Error("exec: ", own)
	}
}

// ownTerminal is a new terminal, of which the master stays open.
func ownTerminal(t *testing.T) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { master.Close() })
	must(t, unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	must(t, err)
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|syscall.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { slave.Close() })
	return slave
}

// TestHooksDescriptors: what the engine has left open reaches hooks, which may
// be programs of others'.
func TestHooksDescriptors(t *testing.T) {
	b := newBundle(t, func(b *bundle) {
		hook := []specs.Hook{{Path: filepath.Join(ownDir, "busybox"),
			Args: []string{"sh", "-c", "for fd in 3 4 5 6 7 8 9; do cat /proc/self/fd/$fd/canary; done >>" + b.host("stolen") + "; cat >/dev/null"}}}
		//lint:ignore SA1019 older configurations have them
		b.spec.Hooks = &specs.Hooks{Prestart: hook, CreateRuntime: hook, CreateContainer: hook, Poststart: hook, Poststop: hook}
		b.spec.Process.Args = []string{"/bin/true"}
	})
	stolen := func() string {
		text, err := os.ReadFile(b.host("stolen"))
		must(t, err) // the hooks ran
		must(t, os.Remove(b.host("stolen")))
		return string(text)
	}
	if r := finish(t, leaking(b, exec.Command(naive, "run", b.dir))); !strings.Contains(stolen(), unharmed) {
		t.Error("the naive runtime withstood: ", r)
	}
	for _, preserve := range []string{"0", "1"} {
		cmd := exec.Command(isle, "oci", "--root", filepath.Join(b.dir, "state"), "run", "--preserve-fds", preserve, "--bundle", b.dir, b.id)
		if r := finish(t, leaking(b, cmd)); stolen() != "" || r.code != 0 {
			t.Error(preserve, r)
		}
	}
}

func leaking(b *bundle, cmd *exec.Cmd) *exec.Cmd {
	leaked(b)(cmd)
	return cmd
}
