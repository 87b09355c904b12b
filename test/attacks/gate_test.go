package attacks

import (
	"encoding/binary"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func (b *bundle) gate() string { return filepath.Join(b.dir, "state", b.id, "gate") }

// created is a container that waits to be started.
func created(t *testing.T, change func(b *bundle)) *bundle {
	b := newBundle(t, func(b *bundle) {
		b.spec.Process.Args = []string{"/bin/sleep", "1000"}
		if change != nil {
			change(b)
		}
	})
	if r := b.isle("create", b.id); r.code != 0 {
		t.Fatal(r)
	}
	return b
}

// status waits until the container has a status.
func (b *bundle) status(want string) {
	b.t.Helper()
	var r result
	for deadline := time.Now().Add(longest); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if r = b.isle("state", b.id); strings.Contains(r.out, `"status": "`+want+`"`) {
			return
		}
	}
	b.t.Error("not ", want, ": ", r)
}

// record is one of those that a process at its gate sends: a failure is an index
// and an errno, a descriptor comes with bit 33.
func record(words ...uint64) []byte {
	var b []byte
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

// TestGateForged: the process that waits was taken over, and tells the one who
// starts it what no process of the runtime's would.
func TestGateForged(t *testing.T) {
	t.Parallel()
	const file, failed = 1 << 33, 7
	garbage := make([]byte, 1<<16)
	for i := range garbage {
		garbage[i] = byte(rand.Uint32())
	}
	answers := map[string]func(c *net.UnixConn){
		"half a record":            func(c *net.UnixConn) { c.Write([]byte("half")) },
		"an unwanted descriptor":   func(c *net.UnixConn) { c.WriteMsgUnix(record(file, 0), unix.UnixRights(0), nil) },
		"no descriptor":            func(c *net.UnixConn) { c.Write(record(file, 0)) },
		"a failure of nothing":     func(c *net.UnixConn) { c.Write(record(failed, uint64(unix.EPERM))) },
		"a failure out of range":   func(c *net.UnixConn) { c.Write(record(1<<32-1, 1<<63)) },
		"a failure in garbage":     func(c *net.UnixConn) { c.Write(append(record(failed, 1), garbage...)) },
		"a failure without an end": func(c *net.UnixConn) { endless(c, record(failed, 1), garbage) },
		"a failure, and no more":   func(c *net.UnixConn) { c.Write(record(failed, 1)); c.Read(make([]byte, 1)) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := created(t, nil)
			b.takeGate(answer)
			r := b.isle("start", b.id)
			if r.code != 1 || len(r.out) > 4096 || strings.Contains(r.out, "goroutine") || !strings.Contains(r.out, "isle: ") {
				t.Error(r.code, r.out[:min(len(r.out), 2000)])
			}
			b.status("stopped")
		})
	}
}

// takeGate has somebody else accept at the container's gate, and answer once.
func (b *bundle) takeGate(answer func(c *net.UnixConn)) {
	must(b.t, os.Remove(b.gate()))
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: b.gate(), Net: "unix"})
	must(b.t, err)
	b.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.AcceptUnix()
			if err != nil {
				return
			}
			if n, _ := c.Read(make([]byte, 1)); n == 1 { // who only looks whether it waits says nothing
				answer(c)
			}
			c.Close()
		}
	}()
}

func endless(c *net.UnixConn, first, rest []byte) {
	_, err := c.Write(first)
	for err == nil {
		_, err = c.Write(rest)
	}
}

// TestGateSilent: the process was taken over and says nothing at all. Start waits
// for it, but does not keep others from ending the container.
func TestGateSilent(t *testing.T) {
	t.Parallel()
	b, heard := created(t, nil), make(chan bool, 1)
	b.takeGate(func(c *net.UnixConn) { heard <- true; c.Read(make([]byte, 1)) })
	start := exec.Command(isle, "oci", "--root", filepath.Join(b.dir, "state"), "start", b.id)
	must(t, start.Start())
	late := time.AfterFunc(2*longest, func() { start.Process.Kill() })
	defer late.Stop()
	<-heard
	if r := b.isle("delete", "--force", b.id); r.code != 0 {
		t.Error(r)
	}
	if err := start.Wait(); start.ProcessState.ExitCode() != 1 {
		t.Error("start: ", err)
	}
	if _, err := os.Stat(filepath.Dir(b.gate())); err == nil {
		t.Error("left behind")
	}
}

// TestGateOfOthers: another user of the host starts the container, where its
// caller has a umask that lets all in.
func TestGateOfOthers(t *testing.T) {
	b := newBundle(t, func(b *bundle) {
		must(t, os.Mkdir(filepath.Join(b.dir, "state"), 0o755))
		must(t, os.Chmod(filepath.Join(b.dir, "state"), 0o755))
		b.spec.Process.Args = []string{"/bin/sleep", "1000"}
	})
	knock := func(path string) result {
		cmd := exec.Command(hostile, "knock", path)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 54321, Gid: 54321}}
		return finish(t, cmd)
	}
	cmd := exec.Command(filepath.Join(ownDir, "busybox"), "sh", "-c", `umask 0; exec "$@"`, "sh",
		isle, "oci", "--root", filepath.Join(b.dir, "state"), "create", "--bundle", b.dir, b.id)
	if r := finish(t, cmd); r.code != 0 {
		t.Fatal(r)
	}
	open := filepath.Join(filepath.Dir(b.gate()), "open")
	l, err := net.Listen("unix", open)
	must(t, err)
	defer l.Close()
	must(t, os.Chmod(open, 0o777)) // as bind makes it
	if r := knock(open); r.code != 0 {
		t.Error("a socket that was made naively withstood: ", r)
	}
	if r := knock(b.gate()); r.code == 0 || !strings.Contains(r.out, "permission denied") {
		t.Error(r)
	}
	b.status("created")
	if r := b.isle("start", b.id); r.code != 0 {
		t.Error(r)
	}
}

// TestWaitingProcessStopped: the process that waits was stopped, so that nobody
// accepts who looks whether it waits; there is only so much room for them.
func TestWaitingProcessStopped(t *testing.T) {
	t.Parallel()
	b := created(t, nil)
	if r := b.isle("kill", b.id, "STOP"); r.code != 0 {
		t.Fatal(r)
	}
	for range 20 {
		if r := b.isle("state", b.id); r.code != 0 || !strings.Contains(r.out, `"created"`) {
			t.Fatal(r)
		}
	}
	if r := b.isle("start", b.id); r.code != 1 || !strings.Contains(r.out, "stopped") {
		t.Error(r)
	}
	b.isle("kill", b.id, "CONT")
	if r := b.isle("start", b.id); r.code != 0 {
		t.Error(r)
	}
	b.status("running")
}
