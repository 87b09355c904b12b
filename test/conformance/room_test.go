package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// inOne runs a shell script in a room of its own, until the deadline.
func inOne(t *testing.T, script string, deadline time.Duration) (room, outcome) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root makes rooms")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	in, err := hierarchies(fmt.Sprintf("isle-conformance-%d-%d", os.Getpid(), rooms.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	r := room{Program: program, Runtime: "a-runtime", Dir: dir, Hierarchies: in}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	o, err := r.run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return r, o
}

func TestRoomShowsOnlyItself(t *testing.T) {
	_, o := inOne(t, `echo $RUNTIME $(pwd) $(ls /run) $(ls /proc | grep -c '^[0-9]') $(grep -vc ':/$\|:/runner$' /proc/self/cgroup)`, time.Minute)
	words := strings.Fields(o.stdout)
	if len(words) != 6 || words[0] != "a-runtime" || words[2] != "lock" || words[3] != "tmp" || words[5] != "0" {
		t.Errorf("a program in a room says %q, %q, %v", o.stdout, o.stderr, o.err)
	}
}

func TestRoomKeepsTheStatus(t *testing.T) {
	for script, want := range map[string]string{"exit 3": "exit status 3", "kill -9 $$": "exit status 137", "exit 0": "<nil>"} {
		if _, o := inOne(t, script, time.Minute); fmt.Sprint(o.err) != want {
			t.Errorf("%s: got %v, want %s", script, o.err, want)
		}
	}
}

func TestRoomLeavesNothing(t *testing.T) {
	r, o := inOne(t, `for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
		[ ! -w $tree/cgroup.procs ] || mkdir -p $tree/left/below
	done
	mkdir /run/conformance-left && mount -t tmpfs left /run/conformance-left
	setsid sleep 1000 >/dev/null 2>&1 &
	sleep 1000`, time.Second)
	if o.err == nil || !strings.Contains(o.err.Error(), "no end after") {
		t.Errorf("a program that does not end: got %v, want its deadline", o.err)
	}
	for _, h := range r.Hierarchies {
		if err := unix.Access(h.Room, unix.F_OK); err != unix.ENOENT {
			t.Errorf("%s is left: %v", h.Room, err)
		}
	}
	if unix.Access("/run/conformance-left", unix.F_OK) == nil {
		t.Error("/run/conformance-left was made outside of the room")
	}
}
