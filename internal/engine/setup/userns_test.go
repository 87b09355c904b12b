package setup

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"isle/internal/engine/request"
	"isle/internal/idmap"
)

// TestKeepID: an ordinary user is himself in the container, and others are there.
func TestKeepID(t *testing.T) {
	b := newBed(t, true)
	b.write("out/mine", "")
	in := []request.Mount{{Type: "bind", Source: b.path("out"), Target: "/in"}}
	for _, c := range []struct {
		name, script, want string
		r                  request.Container
	}{
		{"keep", "id -u; stat -c %u /in/mine; touch /in/new && stat -c %u /in/new", "12345\n12345\n12345", request.Container{Userns: "keep-id", Mounts: in}},
		{"another number", "id -u; id -g; stat -c %u:%g /in/mine", "1000\n1000\n1000:1000", request.Container{Userns: "keep-id:uid=1000,gid=1000", Mounts: in}},
		{"root", "id -u; stat -c %u /in/mine", "0\n12345", request.Container{Userns: "keep-id", User: "0:0", Mounts: in}},
		{"map", "cat /proc/self/uid_map | sed 's/  */ /g'", " 0 200000 12345\n 12345 12345 1\n 12346 212345 53191", request.Container{Userns: "keep-id"}},
		{"asked", "cat /proc/self/uid_map | sed 's/  */ /g'", " 0 12345 1\n 1 200000 10", request.Container{UIDMap: []string{"0:0:1", "1:1:10"}}},
	} {
		if got := b.sh(c.r, c.script); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for mode, want := range map[string]string{"nomap": "use keep-id", "auto": "use keep-id", "keep-id:x=1": "no option", "keep-id:uid=x": "want uid=NUMBER", "some": "no such mode", "ns:x": "want ns:/PATH"} {
		if got := b.run(request.Container{Userns: mode, Command: []string{"id"}}); got.status != 125 || !strings.Contains(got.err, "--userns "+mode) || !strings.Contains(got.err, want) {
			t.Errorf("%s: %+v", mode, got)
		}
	}
}

// TestAuto: root's container gets ids of its own.
func TestAuto(t *testing.T) {
	b := newBed(t, false)
	got := b.sh(request.Container{Userns: "auto", Ulimits: []string{"host"}}, "cat /proc/self/uid_map | sed 's/  */ /g'; id -u; touch /tmp/x && echo made")
	if lines := strings.Split(got, "\n"); len(lines) != 3 || !strings.HasSuffix(lines[0], " 1024") && !strings.HasSuffix(lines[0], " 1001") || strings.HasPrefix(lines[0], " 0 0 ") {
		t.Errorf("%q", got)
	}
	b.write("root/data/file", "of the image")
	os.Chown(b.path("root/data/file"), 1000, 1000)
	volume := []request.Mount{{Type: "volume", Source: "v", Target: "/v"}, {Type: "volume", Source: "data", Target: "/data"}}
	script := "stat -c %u /etc/passwd /data/file /v; touch /new /v/new; echo more >>/data/file; mkdir /etc/sub; stat -c %u /new /v/new /etc/sub"
	if got := b.sh(request.Container{Userns: "auto", Mounts: volume}, script); got != "0\n1000\n0\n0\n0\n0" {
		t.Errorf("owners: %q", got)
	}
	for _, name := range []string{"upper/new", "upper/etc/sub"} { // nothing of the ids stays
		info, err := os.Stat(b.path("containers", fmt.Sprint(b.n), name))
		if err != nil || info.Sys().(*syscall.Stat_t).Uid != 0 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
	if got := b.sh(request.Container{Userns: "auto:size=300", Ulimits: []string{"host"}}, "cat /proc/self/gid_map | sed 's/.* //'"); got != "300" {
		t.Errorf("%q", got)
	}
	if got := b.run(request.Container{Userns: "auto:size=300", User: "500", Command: []string{"id"}}); got.status != 125 || !strings.Contains(got.err, "--user 500: user id 500 is not in the container's user namespace, which has 0-299") {
		t.Errorf("%+v", got)
	}
}

func TestVacant(t *testing.T) {
	pool := idmap.Map{{Outside: 100, Count: 50}, {Outside: 1000, Count: 1 << 31}}
	taken := idmap.Map{{Outside: 110, Count: 10}, {Outside: 100, Count: 5}, {Outside: 1000, Count: 1}}
	for _, c := range []struct{ count, want uint32 }{{5, 105}, {6, 120}, {30, 120}, {31, 1001}, {1<<31 - 1, 1001}, {1 << 31, 0}} {
		got, err := vacant(pool, taken, c.count)
		if got != c.want || (err != nil) != (c.want == 0) {
			t.Errorf("%d: %d, %v; want %d", c.count, got, err, c.want)
		}
	}
}

// TestJoin: a container in the namespaces of another one.
func TestJoin(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		first := b.command(request.Container{Command: []string{"sleep", "30"}, Hostname: "first", AddHost: []string{"there:1.2.3.4"}})
		pidFile := b.path("pid")
		if b.user {
			os.WriteFile(pidFile, nil, 0o666)
			os.Chmod(pidFile, 0o666)
		}
		first.Env = append(first.Env, "ISLE_TEST_PID="+pidFile)
		first.Stderr = os.Stderr
		if err := first.Start(); err != nil {
			t.Fatal(err)
		}
		pid := 0
		for deadline := time.Now().Add(10 * time.Second); pid == 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			text, _ := os.ReadFile(pidFile)
			pid, _ = strconv.Atoi(string(text))
		}
		defer func() {
			if p, err := os.FindProcess(pid); err == nil {
				p.Kill()
			}
			first.Wait()
		}()
		b.others = map[string]Joined{"first": {PID: pid, Dir: b.path("containers", fmt.Sprint(b.n))}}
		for _, c := range []struct {
			name, script, want string
			r                  request.Container
		}{
			{"net", "readlink /proc/self/ns/net; grep -c there /etc/hosts", readlink(pid, "net") + "\n1", request.Container{Network: "container:first"}},
			{"pid", "cat /proc/1/comm; readlink /proc/self/ns/pid", "sleep\n" + readlink(pid, "pid"), request.Container{PID: "container:first"}},
			{"uts", "hostname; readlink /proc/self/ns/uts", "first\n" + readlink(pid, "uts"), request.Container{UTS: "container:first"}},
			{"ipc", "readlink /proc/self/ns/ipc", readlink(pid, "ipc"), request.Container{IPC: "container:first"}},
			{"several", "readlink /proc/self/ns/net; readlink /proc/self/ns/ipc", readlink(pid, "net") + "\n" + readlink(pid, "ipc"), request.Container{Network: "container:first", IPC: "container:first"}},
			{"by path", "readlink /proc/self/ns/net", readlink(pid, "net"), request.Container{Network: fmt.Sprintf("ns:/proc/%d/ns/net", pid), Userns: "container:first"}},
		} {
			if !b.user && c.name == "by path" {
				c.r.Userns = ""
			}
			if got := b.sh(c.r, c.script); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		if got := b.run(request.Container{Network: "container:second", Command: []string{"id"}}); got.status != 125 || !strings.Contains(got.err, "--network container:second: container second does not run") {
			t.Errorf("%+v", got)
		}
	})
}

func readlink(pid int, name string) string {
	text, _ := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, name))
	return text
}

// TestAccounts: who has no line in the image's files gets one.
func TestAccounts(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		for _, c := range []struct {
			script, want string
			r            request.Container
		}{
			{"id; grep -c . /etc/passwd", "uid=77(77) gid=0(root) groups=0(root)\n3", request.Container{User: "77"}},
			{"id; grep -c . /etc/passwd", "uid=77(77) gid=88(77) groups=88(77)\n3", request.Container{User: "77:88"}},
			{"id -un; grep -c . /etc/passwd", "bob\n2", request.Container{User: "1000"}},
			{"id -un; grep -c . /etc/passwd", "root\n2", request.Container{}},
		} {
			if got := b.sh(c.r, c.script); got != c.want {
				t.Errorf("%s: %q, want %q", c.r.User, got, c.want)
			}
		}
		if !b.user {
			return
		}
		kept := request.Container{Userns: "keep-id", Workdir: "/data"}
		if got := b.sh(kept, "id -un; id -gn; cd; pwd"); got != "tester\ntester\n/data" {
			t.Errorf("%q", got)
		}
	})
}
