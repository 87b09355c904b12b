package setup

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"isle/internal/engine/request"
	"isle/internal/image/store"
)

// TestMounts: what is mounted where, as the program sees it.
func TestMounts(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		b.write("out/file", "of the host")
		bind := func(options ...string) request.Container {
			return request.Container{Mounts: []request.Mount{{Type: "bind", Source: b.path("out"), Target: "/in", Options: options}}}
		}
		tmp := func(m request.Mount) request.Container {
			m.Type, m.Target = "tmpfs", "/fresh"
			return request.Container{Mounts: []request.Mount{m}}
		}
		for _, c := range []struct {
			name, script, want string
			r                  request.Container
		}{
			{"bind", "cat /in/file", "of the host", bind()},
			{"a file", "cat /etc/motd", "of the host", request.Container{Mounts: []request.Mount{{Type: "bind", Source: b.path("out/file"), Target: "/etc/motd"}}}},
			{"noexec", "grep -c ' /in .*noexec' /proc/mounts", "1", bind("noexec")},
			{"overlay", "echo new >/in/file; cat /in/file", "new", bind("O")},
			{"tmpfs", "grep ' /fresh ' /proc/mounts | cut -d' ' -f4 | cut -d, -f1-3,5", "rw,nosuid,nodev,size=1024k", tmp(request.Mount{Size: 1 << 20})},
			{"mode", "stat -c %a /fresh", "700", tmp(request.Mount{Mode: "0700"})},
			{"shm", "stat -c %a /dev/shm; grep -c ' /dev/shm .*size=65536k' /proc/mounts", "1777\n1", request.Container{}},
			{"shm size", "grep -c ' /dev/shm .*size=1024k' /proc/mounts", "1", request.Container{ShmSize: 1 << 20}},
			{"no shm", "grep -c ' /dev/shm ' /proc/mounts || :", "0", request.Container{IPC: "none"}},
			{"proc is masked", "cat /proc/timer_list | wc -c; echo 1 2>/dev/null >/proc/sys/kernel/panic || echo no", "0\nno", request.Container{}},
			{"read-only root", "touch /x 2>/dev/null || echo no; touch /tmp/x /run/x && echo yes", "no\nyes", request.Container{ReadOnly: true, ReadOnlyTmpfs: true}},
			{"nothing to write", "touch /tmp/x 2>/dev/null || echo no", "no", request.Container{ReadOnly: true}},
			{"image volume", "stat -c %U:%a /data", "root:755", request.Container{}},
			{"secret", "cat /run/secrets/key; stat -c ' %a %u' /run/secrets/key", "secret of key 400 0", request.Container{Secrets: []request.Secret{{Name: "key", Mode: 0o400}}}},
			{"secret of another", "cat /s; stat -c ' %a %u:%g' /s", "secret of key 444 1000:5", request.Container{Secrets: []request.Secret{{Name: "key", Target: "/s", UID: 1000, GID: 5}}}},
			{"secret variable", "echo $KEY", "secret of key", request.Container{Secrets: []request.Secret{{Name: "key", Env: "KEY"}}}},
			{"hosts", "grep -c '1.2.3.4.*there' /etc/hosts; grep -c localhost /etc/hosts", "1\n2", request.Container{AddHost: []string{"there:1.2.3.4"}}},
			{"dns", "cat /etc/resolv.conf", "search a.b\nnameserver 9.9.9.9\noptions ndots:2", request.Container{DNS: []string{"9.9.9.9"}, DNSSearch: []string{"a.b"}, DNSOption: []string{"ndots:2"}}},
			{"containerenv", "stat -c %s /run/.containerenv", "0", request.Container{}},
			{"cgroup", "test -d /sys/fs/cgroup && echo yes", "yes", request.Container{}},
			{"host's network", "grep -c . /proc/net/dev; ls /sys/class/net | grep -c lo", "", request.Container{Network: "host"}},
			{"host's pids", "test $$ != 1 && echo yes", "yes", request.Container{PID: "host"}},
			{"host's ipc", "test -d /dev/shm && echo yes", "yes", request.Container{IPC: "host"}},
			{"loopback", "ip addr show lo | grep -c 127.0.0.1", "1", request.Container{}},
		} {
			got := b.sh(c.r, c.script)
			if c.want != "" && got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		ro := bind("ro")
		ro.Command = []string{"touch", "/in/file"}
		if got := b.run(ro); got.status != 1 || !strings.Contains(got.err, "Read-only") {
			t.Errorf("%+v", got)
		}
		if text, _ := os.ReadFile(b.path("out/file")); string(text) != "of the host" {
			t.Errorf("an overlay wrote %q to the host", text)
		}
	})
}

// TestNoLinks: a link that comes into the path after it was looked at is not followed.
func TestNoLinks(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		b.write("out/real/file", "")
		os.Symlink("real", b.path("out/link"))
		for name, want := range map[string]int{"out/real": 0, "out/link": 126} {
			r := request.Container{Command: []string{"ls", "/in"}, Mounts: []request.Mount{{Type: "bind", Source: b.path(name), Target: "/in", Options: []string{"noexec"}}}}
			cmd := b.command(r)
			cmd.Env = append(cmd.Env, "ISLE_TEST_NOLINKS=1")
			out, _ := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != want {
				t.Errorf("%s: status %d, want %d: %s", name, got, want, out)
			}
		}
	})
}

// TestShared: a mount that the container makes in a shared one is there outside.
func TestShared(t *testing.T) {
	b := newBed(t, false)
	b.write("out/sub/file", "below")
	script := `mount --bind "$0" "$0" && mount --make-rshared "$0" && "$1" && ls "$0/sub"`
	for option, want := range map[string]string{"rshared": "mounted", "rslave": "file"} {
		inner := b.command(request.Container{CapAdd: []string{"SYS_ADMIN"}, Seccomp: "unconfined", Command: []string{"sh", "-c", "mount -t tmpfs none /in/sub; touch /in/sub/mounted"},
			Mounts: []request.Mount{{Type: "bind", Source: b.path("out"), Target: "/in", Options: []string{option}}}})
		outer := exec.Command("unshare", "-m", "sh", "-c", script, b.path("out"), inner.Path)
		outer.Env = inner.Env
		if out, err := outer.CombinedOutput(); strings.TrimSpace(string(out)) != want {
			t.Errorf("%s: %s, %v; want %s", option, out, err, want)
		}
	}
}

// TestVolumes: a volume gets what the image has there, once, and keeps it.
func TestVolumes(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		b.write("root/data/sub/file", "of the image")
		os.Chmod(b.path("root/data/sub/file"), 0o640)
		os.Symlink("file", b.path("root/data/sub/link"))
		b.give("root/data/sub/link")
		named := request.Container{Mounts: []request.Mount{{Type: "volume", Source: "v", Target: "/data"}}}
		script := "cat /data/sub/link; stat -c ' %a' /data/sub/file; rm -r /data/sub; touch /data/mine; ls /data"
		if got := b.sh(named, strings.ReplaceAll(script, "rm -r", "busybox rm -r")); got != "of the image 640\nmine" {
			t.Errorf("%q", got)
		}
		if got := b.sh(named, "ls /data"); got != "mine" {
			t.Errorf("again: %q", got)
		}
		own := named
		own.User, own.Mounts = "bob", []request.Mount{{Type: "volume", Source: "w", Target: "/home/bob/new"}}
		if got := b.sh(own, "touch ~/new/x; stat -c %U ~/new ~/new/x"); got != "bob\nbob" {
			t.Errorf("of a user: %q", got)
		}
		own.Mounts[0] = request.Mount{Type: "volume", Source: "v", Target: "/u", Options: []string{"U"}}
		if got := b.sh(own, "stat -c %U /u /u/mine"); got != "bob\nbob" {
			t.Errorf("given: %q", got)
		}
		part := request.Mount{Type: "volume", Source: "v", Target: "/part", Subpath: "sub"}
		b.sh(named, "mkdir -p /data/sub; touch /data/sub/deep; busybox ln -s / /data/link")
		if got := b.sh(request.Container{Mounts: []request.Mount{part}}, "ls /part"); got != "deep" {
			t.Errorf("a part: %q", got)
		}
		for _, sub := range []string{"link", "link/etc", "../..", "none"} {
			part.Subpath = sub
			got := b.run(request.Container{Command: []string{"ls", "/part"}, Mounts: []request.Mount{part}})
			if got.status != 125 || !strings.Contains(got.err, "subpath "+sub) {
				t.Errorf("%s: %+v", sub, got)
			}
		}
		image := store.Execution{Volumes: map[string]struct{}{"/data": {}}}
		got := b.run(request.Container{Command: []string{"sh", "-c", "cat /data/sub/file; grep -c ' /data ' /proc/mounts"}}, image)
		if got.out != "of the image1\n" {
			t.Errorf("of the image: %+v", got)
		}
		if dirs, _ := filepath.Glob(b.path("containers", "volume-*")); len(dirs) != 3 {
			t.Errorf("volumes: %q", dirs)
		}
	})
}
