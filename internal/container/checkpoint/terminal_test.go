package checkpoint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestTerminal restores a process whose terminal's outer end was elsewhere: it
// gets a new one, and the new outer end is sent.
func TestTerminal(t *testing.T) {
	needs(t)
	b := newBox(t, "n=0; while read line; do n=$((n+1)); echo $n $line; done", func(s *specs.Spec) { s.Process.Terminal = true })
	socket := filepath.Join(b.dir, "console")
	first := b.console(socket, "run", "--detach", "--console-socket", socket, b.id)
	answers(t, first, "one\ntwo\n", "2 two")
	b.checkpoint()
	second := b.console(socket, "restore", "--detach", "--image-path", b.image, "--console-socket", socket, b.id)
	answers(t, second, "three\n", "3 three")
	if out := b.exec("readlink", "/proc/1/fd/0"); out != "/dev/pts/0" {
		t.Errorf("standard input is %q", out)
	}
	b.end()
}

// answers types at a terminal and waits for an answer.
func answers(t *testing.T, terminal *os.File, typed, want string) {
	t.Helper()
	said := keep(t, terminal)
	_, err := terminal.WriteString(typed)
	must(t, err)
	await(t, "an answer", func() bool { return strings.Contains(strings.Join(said.all(), " "), want) })
}

// console runs a verb that sends the outer end of a terminal to a socket.
func (b *box) console(socket string, args ...string) *os.File {
	b.t.Helper()
	listener, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(b.t, err)
	defer unix.Close(listener)
	defer os.Remove(socket)
	must(b.t, unix.Bind(listener, &unix.SockaddrUnix{Name: socket}))
	must(b.t, unix.Listen(listener, 1))
	b.good(args...)
	conn, _, err := unix.Accept4(listener, unix.SOCK_CLOEXEC)
	must(b.t, err)
	defer unix.Close(conn)
	data, rights := make([]byte, 256), make([]byte, 64)
	_, n, _, _, err := unix.Recvmsg(conn, data, rights, unix.MSG_CMSG_CLOEXEC)
	must(b.t, err)
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	must(b.t, err)
	fds, err := unix.ParseUnixRights(&messages[0])
	must(b.t, err)
	must(b.t, unix.SetNonblock(fds[0], true))
	f := os.NewFile(uintptr(fds[0]), "terminal")
	b.t.Cleanup(func() { f.Close() })
	return f
}
