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

// TestFifos: files that the runtime opens are fifos, on which opening waits.
func TestFifos(t *testing.T) {
	fifo := func(path string) { os.Remove(path); must(t, unix.Mkfifo(path, 0o600)) }
	t.Run("config", func(t *testing.T) {
		b := newBundle(t, nil)
		fifo(filepath.Join(b.dir, "config.json"))
		if r := b.isle("create", b.id); r.code == 0 || !strings.Contains(r.out, "regular file") {
			t.Error(r)
		}
	})
	t.Run("passwd", func(t *testing.T) {
		b := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/true"} })
		fifo(b.rootfs("etc/passwd"))
		if r := b.isle("run", b.id); r.code != 0 {
			t.Error(r)
		}
	})
	t.Run("program", func(t *testing.T) {
		b := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/fifo"} })
		fifo(b.rootfs("bin/fifo"))
		must(t, os.Chmod(b.rootfs("bin/fifo"), 0o755))
		if r := b.isle("run", b.id); r.code == 0 || !strings.Contains(r.out, "/bin/fifo") {
			t.Error(r)
		}
	})
	t.Run("log", func(t *testing.T) {
		b := newBundle(t, nil)
		fifo(b.host("log"))
		cmd := exec.Command(isle, "oci", "--log", b.host("log"), "--root", filepath.Join(b.dir, "state"), "state", "none")
		if r := finish(t, cmd); r.code != 1 {
			t.Error(r)
		}
	})
	t.Run("pid file", func(t *testing.T) {
		b := newBundle(t, nil)
		for _, make := range []func(string){fifo, func(p string) { must(t, os.Symlink(b.host("canary"), p)) }} {
			path := filepath.Join(b.dir, "pid")
			os.Remove(path)
			make(path)
			r := b.isle("create", "--pid-file", path, b.id)
			info, err := os.Lstat(path)
			must(t, err)
			if r.code != 0 || b.harmed() || !info.Mode().IsRegular() {
				t.Error(r, info.Mode())
			}
			b.isle("delete", "--force", b.id)
		}
	})
}

// TestHookHangs: hooks that do not end, and that leave a process behind which
// keeps their output open.
func TestHookHangs(t *testing.T) {
	t.Parallel()
	second := 1
	hook := func(args ...string) []specs.Hook {
		return []specs.Hook{{Path: filepath.Join(ownDir, "busybox"), Args: append([]string{"sh", "-c"}, args...), Timeout: &second}}
	}
	inside := []specs.Hook{{Path: "/bin/sleep", Args: []string{"sleep", "1000"}, Timeout: &second}}
	tests := []struct {
		name  string
		hooks specs.Hooks
	}{
		{"createRuntime", specs.Hooks{CreateRuntime: hook("trap '' TERM; sleep 1000")}},
		{"poststart", specs.Hooks{Poststart: hook("sleep 1000 & sleep 1000")}},
		{"createContainer", specs.Hooks{CreateContainer: hook("sleep 1000")}},
		{"startContainer", specs.Hooks{StartContainer: inside}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBundle(t, func(b *bundle) { b.script("sleep 1000"); b.spec.Hooks = &test.hooks })
			r := b.isle("run", "--detach", b.id)
			if r.code == 0 || !strings.Contains(r.out, "killed after 1s") {
				t.Error(r)
			}
			if r := b.isle("state", b.id); r.code == 0 {
				t.Error("left behind: ", r)
			}
		})
	}
}

// TestConsoleSocketHangs: nobody accepts, and nobody reads.
func TestConsoleSocketHangs(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(b *bundle) { b.spec.Process.Terminal = true; b.script("sleep 1000") })
	path := filepath.Join(b.dir, "sock")
	deaf(t, path)
	if r := b.isle("create", "--console-socket", path, b.id); r.code == 0 || !strings.Contains(r.out, path+": connect: resource temporarily unavailable") {
		t.Error(r)
	}
}

// TestSizes: configurations that are large, deep or long.
func TestSizes(t *testing.T) {
	deep := strings.Repeat("[", 5_000_000)
	tests := []struct{ name, text, says string }{
		{"deep arrays", `{"ociVersion":"1.0.0","x":` + deep, "config.json"},
		{"deep objects", strings.Repeat(`{"a":`, 1_000_000), "config.json"},
		{"10 MiB of an unknown string", `{"ociVersion":"1.0.0","x":"` + strings.Repeat("a", 10<<20) + `"}`, ".root"},
		{"17 MiB", strings.Repeat(" ", 17<<20), "config.json"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBundle(t, nil)
			must(t, os.WriteFile(filepath.Join(b.dir, "config.json"), []byte(test.text), 0o644))
			r := b.isle("create", b.id)
			if r.code == 0 || len(r.out) > 4096 || strings.Contains(r.out, "goroutine") || !strings.Contains(r.out, test.says) {
				t.Error(r.code, r.out[:min(len(r.out), 400)])
			}
		})
	}
	t.Run("1 MiB argument", func(t *testing.T) {
		b := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/true", strings.Repeat("a", 1<<20)} })
		if r := b.isle("run", b.id); r.code == 0 || !strings.Contains(r.out, syscall.E2BIG.Error()) {
			t.Error(r.code, r.out[:min(len(r.out), 400)])
		}
	})
	t.Run("10000 mounts", func(t *testing.T) {
		b := newBundle(t, func(b *bundle) {
			for i := range 10_000 { // the kernel climbs each stack of mounts from its foot
				b.spec.Mounts = append(b.spec.Mounts, specs.Mount{Destination: "/tmp/" + strconv.Itoa(i%500), Type: "bind", Source: b.rootfs("etc"), Options: []string{"bind"}})
			}
			b.script("grep -c . /proc/self/mountinfo")
		})
		r := b.isle("run", b.id)
		t.Log(r)
		if r.code != 0 && len(r.out) > 4096 {
			t.Error(r.code, r.out[:400])
		}
	})
}

// TestIDs: an id that would be a path.
func TestIDs(t *testing.T) {
	b := newBundle(t, nil)
	for _, id := range []string{"..", ".", "../x", "a/b", "/x", "a\x01", "a b", strings.Repeat("a", 2000), "-x/", "ä"} {
		for _, verb := range []string{"kill", "exec"} {
			if r := b.isle(verb, "--", id, "TERM"); r.code == 0 || !strings.Contains(r.out, "id") {
				t.Error(verb, id, r)
			}
		}
	}
}
