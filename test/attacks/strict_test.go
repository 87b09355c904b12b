package attacks

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/test/programs"
)

// TestExecUser: what is no number is not user 0 (CVE-2026-30892).
func TestExecUser(t *testing.T) {
	b := newBundle(t, func(b *bundle) { b.script("sleep 1000") })
	if r := b.isle("run", "--detach", b.id); r.code != 0 {
		t.Fatal(r)
	}
	good := map[string]string{"1": "uid=1 gid=0", "1:5": "uid=1 gid=5", "0": "uid=0 gid=0", "4294967294": "uid=4294967294"}
	for user, want := range good {
		if r := b.isle("exec", "--user", user, b.id, "/bin/id"); r.code != 0 || !strings.Contains(r.out, want) {
			t.Error(user, ": want ", want, ": ", r)
		}
	}
	for _, user := range []string{"", "1x", "-1", "+1", " 1", "1 ", "0x1", "1_0", "4294967295", "4294967296", "18446744073709551616", "1:", "1:0x0", ":1", "1:2:3", "1:-1", "root", "1e1", "٣"} {
		if r := b.isle("exec", "--user="+user, b.id, "/bin/id"); r.code != 255 || strings.Contains(r.out, "uid=") || !strings.Contains(r.out, "--user") {
			t.Errorf("%q: %v", user, r)
		}
	}
}

// TestLongMaps: lists that are longer than the message which carries them may be
// (CVE-2021-43784) are refused, and never cut or taken for something else.
func TestLongMaps(t *testing.T) {
	sizes := map[string]int{"less than a page": 250, "one more than the kernel takes": 341, "more than 64 KiB": 70_000}
	for name, n := range sizes {
		t.Run(name, func(t *testing.T) {
			b := newBundle(t, func(b *bundle) {
				b.userNamespace()
				b.spec.Linux.UIDMappings = nil
				for i := range n {
					b.spec.Linux.UIDMappings = append(b.spec.Linux.UIDMappings, specs.LinuxIDMapping{ContainerID: uint32(i), HostID: uint32(200_000 + i), Size: 1})
				}
				b.script("grep -c . /proc/self/uid_map")
			})
			r := b.isle("run", b.id)
			if fits := n <= 250; fits != (r.code == 0) || fits && strings.TrimSpace(r.out) != strconv.Itoa(n) || len(r.out) > 4096 {
				t.Error(r.code, r.out[:min(len(r.out), 400)])
			}
		})
	}
	t.Run("groups", func(t *testing.T) {
		b := newBundle(t, func(b *bundle) {
			for i := range 65_537 {
				b.spec.Process.User.AdditionalGids = append(b.spec.Process.User.AdditionalGids, uint32(i))
			}
			b.script("id -G")
		})
		if r := b.isle("run", b.id); r.code == 0 || len(r.out) > 4096 {
			t.Error(r.code, r.out[:min(len(r.out), 400)])
		}
	})
}

// TestSetIDPrograms: set-id bits and capabilities of files give nothing to a
// process with no_new_privs.
func TestSetIDPrograms(t *testing.T) {
	for _, none := range []bool{false, true} {
		b := newBundle(t, func(b *bundle) {
			must(t, os.Mkdir(b.rootfs("set"), 0o755))
			must(t, os.Mkdir(b.rootfs("cap"), 0o755))
			must(t, programs.Copy(hostile, b.rootfs("set/hostile")))
			must(t, unix.Chmod(b.rootfs("set/hostile"), 0o6755))
			must(t, programs.Copy(hostile, b.rootfs("cap/hostile")))
			const kill = "\x01\x00\x00\x02\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" // CAP_KILL, effective
			must(t, unix.Setxattr(b.rootfs("cap/hostile"), "security.capability", []byte(kill), 0))
			b.spec.Process.User = specs.User{UID: 1000, GID: 1000}
			b.spec.Process.NoNewPrivileges = none
			b.script("/set/hostile who; /cap/hostile who")
		})
		r := b.isle("run", b.id)
		gained := strings.Contains(r.out, "euid 0") || strings.Contains(r.out, "0000000000000020\n")
		if r.code != 0 || gained == none {
			t.Error("no_new_privs ", none, ": ", r)
		}
	}
}

// TestListenDescriptors: the variables of socket activation name descriptors
// that were not meant, or too many.
func TestListenDescriptors(t *testing.T) {
	for _, text := range []string{"4294967297", "-1", "1x", "0x1", "1048576", "99999999999999999999"} {
		t.Run(text, func(t *testing.T) {
			t.Setenv("LISTEN_FDS", text)
			t.Setenv("LISTEN_PID", strconv.Itoa(os.Getpid()))
			b := newBundle(t, func(b *bundle) { b.script("ls /proc/self/fd | grep -v '^[0-3]$'; cat /proc/self/fd/*/canary") })
			_, own := b.both(leaked(b))
			if strings.Contains(own.out, unharmed) {
				t.Error(own)
			}
		})
	}
}

// TestStateDirectory: what is in the directory of a container was put there by
// somebody else.
func TestStateDirectory(t *testing.T) {
	put := map[string]func(b *bundle, dir string){
		"a link": func(b *bundle, dir string) { must(t, os.Symlink(b.host(""), dir)) },
		"links in it": func(b *bundle, dir string) {
			must(t, os.Mkdir(dir, 0o700))
			for _, name := range []string{"state", "config.json", "gate"} {
				must(t, os.Symlink(b.host("canary"), filepath.Join(dir, name)))
			}
			must(t, os.Symlink(b.host(""), filepath.Join(dir, "dir")))
		},
		"fifos": func(b *bundle, dir string) {
			must(t, os.Mkdir(dir, 0o700))
			for _, name := range []string{"state", "config.json", "gate"} {
				must(t, unix.Mkfifo(filepath.Join(dir, name), 0o600))
			}
		},
		"1 GiB": func(b *bundle, dir string) {
			must(t, os.Mkdir(dir, 0o700))
			must(t, os.WriteFile(filepath.Join(dir, "state"), nil, 0o600))
			must(t, os.Truncate(filepath.Join(dir, "state"), 1<<30))
		},
	}
	for name, change := range put {
		t.Run(name, func(t *testing.T) {
			b := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/true"} })
			must(t, os.MkdirAll(filepath.Join(b.dir, "state"), 0o700))
			change(b, filepath.Join(b.dir, "state", b.id))
			for _, verb := range [][]string{{"state", b.id}, {"list"}, {"kill", b.id, "KILL"}, {"start", b.id}, {"exec", b.id, "/bin/true"}, {"run", b.id}, {"delete", "--force", b.id}} {
				r := b.isle(verb...)
				if b.harmed() || len(r.out) > 4096 || strings.Contains(r.out, "goroutine") {
					t.Error(verb, r)
				}
			}
		})
	}
}

// TestRootIsLink: root.path is a link of the host's, to a directory and to nothing.
func TestRootIsLink(t *testing.T) {
	for target, runs := range map[string]bool{"rootfs": true, "nowhere": false, "link": false} {
		b := newBundle(t, func(b *bundle) {
			must(t, os.Symlink(target, filepath.Join(b.dir, "link")))
			b.spec.Root.Path = "link"
			b.script("cat /canary /host/canary; echo ran")
		})
		if r := b.isle("run", b.id); runs != strings.Contains(r.out, "ran") || strings.Contains(r.out, unharmed) {
			t.Error(target, r)
		}
	}
}
