package attacks

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// rounds is how often a container is made while paths are exchanged, at most and
// at least: 20 times as often as the naive runtime takes to fall, which mostly
// falls within the first few. ISLE_ROUNDS sets both.
const mostRounds, leastRounds = 150, 40

func roundsAfter(t *testing.T, fell int) int {
	t.Helper()
	if text := os.Getenv("ISLE_ROUNDS"); text != "" {
		n, err := strconv.Atoi(text)
		must(t, err)
		return n
	}
	if fell < 0 {
		return mostRounds
	}
	return min(max(20*(fell+1), leastRounds), mostRounds)
}

// exchange swaps two paths for as long as the test goes on: each is now what
// the runtime expects and now the attacker's, and never absent.
func exchange(t *testing.T, a, b string) (stop func()) {
	t.Helper()
	must(t, unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE))
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-over:
				return
			default:
				unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
			}
		}
	}()
	return sync.OnceFunc(func() { close(over); <-ended })
}

// race has one of the runtimes make the container until it has fallen.
func race(most int, once func() result, harmed func(result) bool) (int, result) {
	var last result
	for n := range most {
		if last = once(); harmed(last) {
			return n, last
		}
	}
	return -1, last
}

// control has the naive runtime fall to the attack, which shows that it is one,
// and says how many rounds isle is to withstand. On a machine that is too busy
// for the race, the test says so when it is over: isle has then withstood what
// was not shown to be dangerous there.
func control(t *testing.T, b *bundle, harmed func(result) bool) (rounds int) {
	t.Helper()
	n, r := race(mostRounds, b.naive, harmed)
	if n < 0 {
		t.Cleanup(func() {
			if !t.Failed() {
				t.Logf("the naive runtime was not hit in %d rounds on this machine: %v", mostRounds, r)
			}
		})
	}
	return roundsAfter(t, n)
}

// raced runs both runtimes against an attack; that on isle is a fresh one.
// Isle is to succeed in some rounds, or it was never attacked at all.
func raced(t *testing.T, attack func() (b *bundle, stop func()), harmed func(*bundle, result) bool) {
	t.Helper()
	b, stop := attack()
	rounds := control(t, b, func(r result) bool { return harmed(b, r) })
	stop()
	b, stop = attack()
	defer stop()
	succeeded := 0
	run := func() result {
		r := b.isle("run", b.id)
		if r.code == 0 {
			succeeded++
		}
		return r
	}
	if n, r := race(rounds, run, func(r result) bool { return harmed(b, r) }); n >= 0 {
		t.Error("isle fell in round ", n, ": ", r)
	} else if succeeded == 0 {
		t.Error("no round succeeded: ", r)
	}
	t.Logf("%d of %d rounds succeeded", succeeded, rounds)
}

// shared gives the bundle a volume whose folder sub is now one and now a link to
// the host's own, as another container that has the volume makes it.
func (b *bundle) shared(destination string) (a, other string) {
	dir := b.volume(destination)
	must(b.t, os.MkdirAll(dir+"/sub/made", 0o755))
	must(b.t, os.Symlink(b.host(""), dir+"/link"))
	return dir + "/sub", dir + "/link"
}

// TestMountTargetExchanged: what leads to a mount's target in a volume that two
// containers share is exchanged for a link (CVE-2021-30465).
func TestMountTargetExchanged(t *testing.T) {
	for _, kind := range []string{"tmpfs", "bind"} {
		t.Run(kind, func(t *testing.T) {
			attack := func() (*bundle, func()) {
				var x, y string
				b := newBundle(t, func(b *bundle) {
					x, y = b.shared("/data")
					m := specs.Mount{Destination: "/data/sub/made", Type: kind, Source: "tmpfs"}
					if kind == "bind" {
						m.Source, m.Options = b.rootfs("etc"), []string{"bind", "ro"}
					}
					b.spec.Mounts = append(b.spec.Mounts, m)
					b.spec.Process.Args = []string{"/bin/true"}
				})
				return b, exchange(t, x, y)
			}
			raced(t, attack, func(b *bundle, _ result) bool {
				list, err := os.ReadDir(b.host(""))
				return err != nil || len(list) != 1
			})
		})
	}
}

// TestCopyUpExchanged: the directory that a tmpfs is to begin with a copy of is
// exchanged for a link to the host's, which the container is then given.
func TestCopyUpExchanged(t *testing.T) {
	attack := func() (*bundle, func()) {
		var x, y string
		b := newBundle(t, func(b *bundle) {
			x, y = b.shared("/data")
			b.spec.Mounts = append(b.spec.Mounts, specs.Mount{Destination: "/data/sub", Type: "tmpfs", Source: "tmpfs", Options: []string{"tmpcopyup"}})
			b.script("cat /data/sub/canary /data/link/canary 2>/dev/null; :")
		})
		return b, exchange(t, x, y)
	}
	raced(t, attack, func(_ *bundle, r result) bool { return strings.Contains(r.out, unharmed) })
}

// TestNullExchanged: the image's /dev/null is exchanged for a link while the
// container is made (CVE-2025-31133).
func TestNullExchanged(t *testing.T) {
	attack := func() (*bundle, func()) {
		b := newBundle(t, func(b *bundle) {
			b.unmount("/dev")
			must(t, unix.Mknod(b.rootfs("dev/null"), unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3))))
			must(t, os.Symlink("/tmp/bait", b.rootfs("dev/link")))
			must(t, os.WriteFile(b.rootfs("tmp/bait"), []byte("bait\n"), 0o644))
			must(t, os.WriteFile(b.rootfs("tmp/hidden"), []byte("hidden\n"), 0o644))
			b.spec.Linux.MaskedPaths = []string{"/tmp/hidden"}
			b.script("cat /tmp/hidden")
		})
		return b, exchange(t, b.rootfs("dev/null"), b.rootfs("dev/link"))
	}
	raced(t, attack, func(_ *bundle, r result) bool {
		return strings.Contains(r.out, "bait\n") || strings.Contains(r.out, "hidden\n")
	})
}

// TestConsoleExchanged: the image's /dev/console is exchanged for a link, so that
// the terminal is bound over another file, or a file is made on the host
// (CVE-2025-52565).
func TestConsoleExchanged(t *testing.T) {
	attack := func(target func(b *bundle) string) (*bundle, func()) {
		b := newBundle(t, func(b *bundle) {
			b.spec.Mounts = slices.DeleteFunc(b.spec.Mounts, func(m specs.Mount) bool { return m.Destination == "/dev" })
			b.spec.Process.Terminal = true
			b.script("test ! -c /tmp/elsewhere || echo bound elsewhere")
			must(t, os.WriteFile(b.rootfs("dev/console"), nil, 0o644))
			must(t, os.WriteFile(b.rootfs("tmp/elsewhere"), nil, 0o644))
			must(t, os.Symlink(target(b), b.rootfs("dev/link")))
		})
		return b, exchange(t, b.rootfs("dev/console"), b.rootfs("dev/link"))
	}
	targets := map[string]func(b *bundle) string{
		"host":      func(b *bundle) string { return b.host("made") },
		"container": func(*bundle) string { return "../tmp/elsewhere" },
	}
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			made := func(b *bundle) bool { _, err := os.Lstat(b.host("made")); return err == nil }
			b, stop := attack(target)
			rounds := control(t, b, func(r result) bool { return made(b) || strings.Contains(r.out, "elsewhere") })
			stop()
			b, stop = attack(target)
			defer stop()
			socket, pidFile := acceptAll(t, b), b.host("pid")
			created := 0
			once := func() result {
				r := b.isle("create", "--console-socket", socket, "--pid-file", pidFile, b.id)
				if pid, err := os.ReadFile(pidFile); r.code == 0 && err == nil {
					created++
					if info, err := os.Lstat("/proc/" + string(pid) + "/root/tmp/elsewhere"); err != nil || !info.Mode().IsRegular() {
						r.out += "bound elsewhere"
					}
				}
				b.isle("delete", "--force", b.id)
				return r
			}
			if n, r := race(rounds, once, func(r result) bool { return made(b) || strings.Contains(r.out, "bound elsewhere") }); n >= 0 {
				t.Error("isle fell in round ", n, ": ", r)
			} else if created == 0 {
				t.Error("no round succeeded: ", r)
			}
		})
	}
}

// acceptAll is a console socket whose owner accepts everything.
func acceptAll(t *testing.T, b *bundle) string {
	return listenOn(t, filepath.Join(b.dir, "accepts"), func(c net.Conn) { c.Close() })
}

// listenOn is a socket whose owner accepts everything.
func listenOn(t *testing.T, path string, each func(net.Conn)) string {
	l, err := net.Listen("unix", path)
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			each(c)
		}
	}()
	return path
}
