package spawn

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// A test that needs a process in a certain state starts this file again, with
// the name of a role in the environment.
const roleVariable = "SPAWN_TEST_ROLE"

var roles = map[string]func() error{}

func TestMain(m *testing.M) {
	name, asked := os.LookupEnv(roleVariable)
	if !asked {
		os.Exit(m.Run())
	}
	role, ok := roles[name]
	if !ok { // never the tests again, which would start more of them
		fmt.Fprintln(os.Stderr, "no role", name)
		os.Exit(1)
	}
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// inRole runs this file in a role, by way of a shell that can prepare things.
func inRole(t *testing.T, role, shell string) string {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", shell+` exec "$0"`, executable(t))
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("role %s: %v", role, err)
	}
	return string(out)
}

func executable(t *testing.T) string {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return exe
}

// child is a builder whose failures are reported over c.
func child(c *Control) (b *program.Builder, finish func()) {
	b = &program.Builder{}
	fail, quit := b.Label("fail"), b.Label("quit")
	b.FailTo(fail)
	return b, func() { Report(b, c, fail, quit) }
}

// shell appends the exec of a shell command.
func shell(b *program.Builder, command string) {
	b.Call(unix.SYS_EXECVE, b.Str("/bin/sh"), b.Strv([]string{"sh", "-c", command}), b.Strv([]string{"PATH=" + os.Getenv("PATH")}))
}

// begin starts a child that does what add appends.
func begin(s Spec, add func(b *program.Builder, c *Control)) (*Process, error) {
	control, err := NewControl()
	if err != nil {
		return nil, err
	}
	b, finish := child(control)
	add(b, control)
	finish()
	s.Program, s.Control = b, control
	return Start(s)
}

// output is what the child's program writes to its standard output. The child
// has what signals it was started with.
func output(s Spec, command string, prepare func(b *program.Builder)) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	p, err := begin(s, func(b *program.Builder, _ *Control) {
		b.Call(unix.SYS_DUP3, program.Imm(int(w.Fd())), program.Imm(1), program.Imm(0))
		if prepare != nil {
			prepare(b)
		}
		shell(b, command)
	})
	w.Close()
	if err != nil {
		return "", err
	}
	defer p.Release()
	out, err := io.ReadAll(r)
	if err != nil {
		return "", err
	}
	if status, err := p.Wait(false); err != nil || status != 0 {
		return "", fmt.Errorf("status %#x, error %v", status, err)
	}
	return string(out), nil
}

// descriptors are this process's open ones and what they are of.
func descriptors(t *testing.T) map[string]string {
	t.Helper()
	open := map[string]string{}
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil {
			open[filepath.Base(l)] = to
		}
	}
	return open
}

// leavesNothing checks, at the end of the test, that no descriptor and no child is left.
func leavesNothing(t *testing.T) {
	t.Helper()
	if r, w, err := os.Pipe(); err == nil { // the runtime's own come with the first
		r.Close()
		w.Close()
	}
	before := descriptors(t)
	t.Cleanup(func() {
		for fd, of := range descriptors(t) {
			if before[fd] != of {
				t.Errorf("descriptor %s is left: %s", fd, of)
			}
		}
		if pid, err := unix.Wait4(-1, nil, unix.WNOHANG|unix.WALL, nil); err != unix.ECHILD {
			t.Errorf("a child is left: %d, %v", pid, err)
		}
	})
}

// field is a line of /proc/PID/status.
func field(t *testing.T, status, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(status, "\n"+name+":\t")
	if !ok {
		t.Fatalf("no %s in %q", name, status)
	}
	line, _, _ := strings.Cut(rest, "\n")
	return line
}
