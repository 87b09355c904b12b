package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"isle/test/programs"
)

// host has isle and podman with stores of their own, for one user.
type host struct {
	dir  string
	user string // empty: this one
	uid  int
}

func newHost(b *testing.B, ordinary bool) *host {
	b.Helper()
	h := &host{dir: b.TempDir()}
	for dir := h.dir; dir != "/"; dir = filepath.Dir(dir) {
		os.Chmod(dir, 0o755)
		if filepath.Base(dir) == "tmp" {
			break
		}
	}
	os.Chmod(os.TempDir(), 0o1777)
	if ordinary {
		h.addUser(b)
	}
	for _, d := range []string{"bin", "home", "run"} {
		path := filepath.Join(h.dir, d)
		if err := os.Mkdir(path, 0o700); err != nil {
			b.Fatal(err)
		}
		if d == "bin" {
			os.Chmod(path, 0o755)
		} else if ordinary {
			os.Chown(path, h.uid, h.uid)
		}
	}
	if err := programs.All(filepath.Join(h.dir, "bin")); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		h.sh(`isle rm -f -a -t 0; isle system prune -a -f; podman system reset -f`)
		if h.user != "" {
			exec.Command("userdel", h.user).Run()
		}
	})
	return h
}

func (h *host) addUser(b *testing.B) {
	b.Helper()
	h.user = "isle-bench-" + strconv.Itoa(os.Getpid())
	if out, err := exec.Command("useradd", "--no-create-home", "--home-dir", filepath.Join(h.dir, "home"), h.user).CombinedOutput(); err != nil {
		b.Skipf("there is no ordinary user: useradd: %v: %s", err, out)
	}
	out, err := exec.Command("id", "-u", h.user).Output()
	if err == nil {
		h.uid, err = strconv.Atoi(strings.TrimSpace(string(out)))
	}
	if err != nil {
		b.Fatal(err)
	}
}

// words is a command line as the user runs it.
func (h *host) words(words ...string) []string {
	env := []string{"env", "-i", "PATH=" + filepath.Join(h.dir, "bin") + ":" + os.Getenv("PATH"), "HOME=" + filepath.Join(h.dir, "home"),
		"XDG_RUNTIME_DIR=" + filepath.Join(h.dir, "run"), "ISLE_IMAGES=" + filepath.Join(h.dir, "home", "images"),
		"ISLE_CONTAINERS=" + filepath.Join(h.dir, "home", "containers"), "CONTAINERS_STORAGE_CONF=" + filepath.Join(h.dir, "home", "storage.conf")}
	if h.user != "" {
		env = append([]string{"setpriv", "--reuid", h.user, "--regid", h.user, "--init-groups", "--inh-caps=-all"}, env...)
	}
	return append(env, words...)
}

func (h *host) sh(script string) (string, error) {
	words := h.words("sh", "-c", "cd $HOME; "+script)
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	return string(out), err
}

func (h *host) must(b *testing.B, script string) string {
	b.Helper()
	out, err := h.sh(script)
	if err != nil {
		b.Skipf("%s: %v: %s", script, err, out)
	}
	return strings.TrimSpace(out)
}

// storage has podman keep its images here, by the kernel's overlay.
const storage = `printf '[storage]\ndriver = "overlay"\nrunroot = "%s/run"\ngraphroot = "%s/graph"\n' $HOME $HOME >storage.conf`

// busybox puts the image bb:1 into both stores, and its files into $HOME/root.
const busybox = `mkdir -p root/bin && cp $(command -v busybox) root/bin/ && ln -sf busybox root/bin/true && ln -sf busybox root/bin/sleep && tar cf bb.tar --owner 0 --group 0 -C root . &&
isle import -q bb.tar bb:1 && isle save -q -o image.tar bb:1 && podman load -q -i image.tar`

// The limits are those that every host lets podman set.
const podman = "podman --cgroup-manager cgroupfs --runtime crun"

var limits = []string{"--ulimit", "nofile=1024:1024", "--ulimit", "nproc=10000:10000"}

func runImage(b *testing.B, ordinary bool) {
	if !alone(b) {
		return
	}
	h := newHost(b, ordinary)
	h.must(b, storage)
	h.must(b, busybox)
	isle := h.words("isle", "run", "--rm", "bb:1", "true")
	peer := h.words(append(append(append(strings.Fields(podman), "run", "--rm", "--network", "none"), limits...), "localhost/bb:1", "true")...)
	folder := h.words("isle", "run", "--rootfs", filepath.Join(h.dir, "home", "root"), "true")
	for b.Loop() {
		ours, theirs, err := pair{isle, peer}.medians(20)
		if err != nil {
			b.Fatal(err)
		}
		image, dir, err := pair{isle, folder}.medians(60)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(theirs)/float64(ours), "times-podman")
		b.ReportMetric(float64(ours.Microseconds()), "isle-µs")
		b.ReportMetric(float64(theirs.Microseconds()), "podman-µs")
		b.ReportMetric(float64((image - dir).Microseconds()), "over-rootfs-µs")
		b.ReportMetric(0, "ns/op")
	}
}

// BenchmarkImageRun is run --rm IMAGE true.
func BenchmarkImageRun(b *testing.B) { runImage(b, false) }

// BenchmarkImageRunRootless is the same as an ordinary user.
func BenchmarkImageRunRootless(b *testing.B) { runImage(b, true) }

// BenchmarkImageIdle is 200 idle detached containers: how much memory is held for
// each that nobody else has, and how long ps takes.
func BenchmarkImageIdle(b *testing.B) {
	if !alone(b) {
		return
	}
	h := newHost(b, false)
	h.must(b, strings.Replace(busybox, "&& podman load -q -i image.tar", "", 1))
	const count = 200
	for b.Loop() {
		began := time.Now()
		for range count {
			h.must(b, "isle run -d bb:1 sleep 1000 >/dev/null 2>&1")
		}
		b.ReportMetric(float64(time.Since(began).Microseconds())/count, "run-d-µs")
		pids := strings.Fields(h.must(b, `isle inspect --format '{{.State.ConmonPid}}' $(isle ps -q)`))
		if len(pids) != count {
			b.Fatalf("%d monitors", len(pids))
		}
		var private int
		for _, pid := range pids {
			private += privateOf(b, pid)
		}
		b.ReportMetric(float64(private)/count, "private-KiB")
		took, _, err := pair{h.words("isle", "ps"), []string{"true"}}.medians(20)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(took.Microseconds()), "ps-µs")
		b.ReportMetric(0, "ns/op")
	}
}

// privateOf is how much memory a process has to itself, in KiB.
func privateOf(b *testing.B, pid string) (sum int) {
	b.Helper()
	text, err := os.ReadFile("/proc/" + pid + "/smaps_rollup")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var n int
		if strings.HasPrefix(line, "Private_") {
			fmt.Sscanf(line[strings.IndexByte(line, ':')+1:], "%d", &n)
			sum += n
		}
	}
	return sum
}
