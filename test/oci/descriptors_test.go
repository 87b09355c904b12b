package oci_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestPreserveFDs hands descriptors from 3 on to the program, and none besides.
func TestPreserveFDs(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "cat <&3; cat <&4; ls /proc/self/fd | tr '\\n' ' '") })
	files := make([]*os.File, 3)
	for _, verbs := range [][]string{{"run"}, {"create", "start"}} {
		for i := range files {
			name := filepath.Join(b.dir, strconv.Itoa(i))
			must(t, os.WriteFile(name, []byte(fmt.Sprintln("file", i)), 0o644))
			f, err := os.Open(name)
			must(t, err)
			defer f.Close()
			files[i] = f
		}
		cmd := b.command(verbs[0], "--preserve-fds", "2", b.id)
		cmd.ExtraFiles = files
		out := outputFile(t)
		cmd.Stdout = out
		must(t, cmd.Run())
		if len(verbs) > 1 {
			b.good("start", b.id)
			b.awaitStatus(specs.StateStopped)
			b.good("delete", b.id)
		}
		// 5 is the directory that ls reads.
		same(t, verbs[0], content(t, out), "file 0\nfile 1\n0 1 2 3 4 5 ")
		out.Close()
	}
	b.bad([]string{"--preserve-fds"}, "run", "--preserve-fds", "two", b.id)
	b.bad(nil, "run", "--preserve-fds", "40", b.id)
	b.bad([]string{"--preserve-fds"}, "run", "--preserve-fds=-1", b.id)
}

func TestInheritedDescriptorsAreClosed(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "ls /proc/self/fd | tr '\\n' ' '") })
	cmd := b.command("run", b.id)
	f, err := os.Open("/")
	must(t, err)
	defer f.Close()
	cmd.ExtraFiles = []*os.File{f, f, f}
	same(t, "descriptors", finish(t, cmd).out, "0 1 2 3 ")
}

// TestListenFDs passes sockets on as sd_listen_fds(3) has them: to whoever is
// told that they are its own, or was told by an engine that they are the
// container's.
func TestListenFDs(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		script(s, "echo $LISTEN_FDS $LISTEN_PID $LISTEN_FDNAMES; ls /proc/self/fd | tr '\\n' ' '")
	})
	for _, c := range []struct {
		env   string
		words []string
		want  string
	}{
		{"LISTEN_PID=1 LISTEN_FDS=1 LISTEN_FDNAMES=web", nil, "1 1 web\n0 1 2 3 4 "},
		{"LISTEN_FDS=2", nil, "2 1\n0 1 2 3 4 5 "},
		{"LISTEN_FDS=1", []string{"--preserve-fds", "1"}, "1 1\n0 1 2 3 4 5 "},
		{"LISTEN_PID=2 LISTEN_FDS=1", nil, "\n0 1 2 3 "}, // somebody else's
		{"LISTEN_FDS=0", nil, "\n0 1 2 3 "},
		{"LISTEN_FDS=many", nil, "\n0 1 2 3 "},
	} {
		cmd := b.command(append(append([]string{"run"}, c.words...), b.id)...)
		f, err := os.Open("/dev/null")
		must(t, err)
		cmd.ExtraFiles = []*os.File{f, f, f}
		cmd.Env = append(os.Environ(), strings.Fields(c.env)...)
		same(t, c.env, finish(t, cmd).out, c.want)
		f.Close()
	}
}

func TestPidfdSocket(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	l := listen(t, filepath.Join(b.dir, "pidfd"))
	got := make(chan received, 1)
	go func() { got <- l.receive() }()
	b.good("create", "--pidfd-socket", filepath.Join(b.dir, "pidfd"), b.id)
	r := <-got
	must(t, r.err)
	defer unix.Close(r.fd)
	info, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", r.fd))
	must(t, err)
	has(t, string(info), "Pid:\t"+strconv.Itoa(b.state().Pid)+"\n")
}
