package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// engines are a kernel of each way to boot one.
var engines = []string{"uml", "6.1"}

// TestStatus: the status and the output of a command come back, and 124 if the
// guest ended before the command did.
func TestStatus(t *testing.T) {
	needGuests(t)
	for _, kernel := range engines {
		for _, test := range []struct {
			name   string
			line   []string
			status int
			out    string
			err    string
		}{
			{"exit", []string{"sh", "-c", "echo said; echo so >&2; exit 7"}, 7, "said\nso\n", ""},
			{"signal", []string{"sh", "-c", "kill -9 $$"}, 128 + 9, "", ""},
			{"no such command", []string{"no-such-command"}, 127, "no-such-command", ""},
			{"left to itself", []string{"sh", "-c", "sleep 1000 & echo here"}, 0, "here\n", ""},
			{"panic", []string{"sh", "-c", "echo before; sleep 1; echo c >/proc/sysrq-trigger"}, statusNone, "before\n", "sysrq triggered crash"},
			{"no time", []string{"-t", "5s", "sleep", "1000"}, statusNone, "", "its time was up"},
		} {
			t.Run(kernel+" "+test.name, func(t *testing.T) {
				r := guestRun(t, append([]string{"-k", kernel, "-o", "loglevel=7"}, test.line...)...)
				if r.status != test.status || !strings.Contains(r.out, test.out) || !strings.Contains(r.err, test.err) {
					t.Errorf("%+v, want %d, %q, %q", r, test.status, test.out, test.err)
				}
			})
		}
	}
}

// TestWorlds: who runs the command, under what, in which cgroup and with what
// controllers.
func TestWorlds(t *testing.T) {
	needGuests(t)
	const show = `id -u; ps -o comm= 1; cat /proc/self/cgroup
		here=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)
		cat $here/cgroup.controllers
		mkdir $here/mine && echo made
		grep ^tester: /etc/subuid | cut -d: -f1`
	for _, test := range []struct {
		options []string
		want    []string
	}{
		{[]string{"-k", "6.1"}, []string{"0\ninit\n0::/job/leaf", " memory", " pids", "io", "made"}},
		{nil, []string{"0\ninit\n0::/job/leaf", "cpu io memory pids", "made"}},
		{[]string{"-u", "tester"}, []string{"1000\ninit\n0::/job/leaf", "cpu io memory pids", "made", "tester"}},
		{[]string{"-s"}, []string{"0\nsystemd\n0::/system.slice/job.service", "cpu io memory pids", "made"}},
		{[]string{"-s", "-u", "tester"}, []string{"1000\nsystemd\n0::/user.slice/user-1000.slice/user@1000.service/app.slice/", "memory pids", "made"}},
	} {
		t.Run(strings.Join(test.options, " "), func(t *testing.T) {
			r := guestRun(t, append(test.options, "sh", "-c", show)...)
			for _, want := range test.want {
				if !strings.Contains(r.out, want) {
					t.Errorf("%+v, want %q", r, want)
				}
			}
		})
	}
}

// TestShares: the host's folders are at the same paths, one to write and one to
// read, and what the guest writes elsewhere is thrown away.
func TestShares(t *testing.T) {
	needGuests(t)
	for _, kernel := range engines {
		t.Run(kernel, func(t *testing.T) {
			writable, readable := t.TempDir(), t.TempDir()
			if err := os.WriteFile(filepath.Join(readable, "file"), []byte("of the host"), 0o644); err != nil {
				t.Fatal(err)
			}
			r := guestRun(t, "-k", kernel, "-w", writable, "-W", readable, "sh", "-c",
				`pwd; cat "$1/file" >copy; cat copy; touch "$1/new" || touch /etc/new`, "sh", readable)
			if r.status != 0 || !strings.HasPrefix(r.out, writable+"\nof the host") || !strings.Contains(r.out, "Read-only") {
				t.Errorf("%+v", r)
			}
			if got, err := os.ReadFile(filepath.Join(writable, "copy")); string(got) != "of the host" {
				t.Errorf("the guest wrote %q: %v", got, err)
			}
			if r = guestRun(t, "-k", kernel, "ls", "/etc/new"); r.status == 0 {
				t.Errorf("a guest sees what the one before wrote: %+v", r)
			}
		})
	}
}

// TestUMLSeesNothing: root of a guest that is a process of this machine reaches no
// file of it but what it was given, and no process.
func TestUMLSeesNothing(t *testing.T) {
	needGuests(t)
	r := guestRun(t, "sh", "-c", `mkdir /host && busybox mount -t hostfs none /host -o / && cd /host && find . -name passwd && ls && mknod null c 1 3`)
	for _, bad := range []string{"passwd", "etc", "home"} {
		if strings.Contains(r.out, bad) {
			t.Errorf("%+v has %q", r, bad)
		}
	}
	if !strings.Contains(r.out, "linux") || !strings.Contains(r.out, "mknod: ") {
		t.Errorf("%+v: it should see its own file, and make no device", r)
	}
}

func TestUsage(t *testing.T) {
	for _, line := range [][]string{nil, {"walk"}} {
		if status := vm(line); status != statusUsage {
			t.Errorf("vm %v: %d", line, status)
		}
	}
}
