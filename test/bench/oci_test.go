package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// alone runs the benchmark once more in a mount namespace of its own, in which
// the host's cgroups are of version 1 only if they are of both: crun takes no
// such host. It says whether this is that run.
func alone(b *testing.B) bool {
	b.Helper()
	if os.Geteuid() != 0 {
		b.Skip("root's containers are measured")
	}
	if os.Getenv("ISLE_BENCH_ALONE") != "" {
		return true
	}
	script := `umount /sys/fs/cgroup/unified 2>/dev/null; exec "$0" -test.run='^$' -test.bench="^$1\$" -test.benchtime=1x -test.v -test.timeout=20m`
	cmd := exec.Command("unshare", "--mount", "--propagation", "private", "sh", "-c", script, "/proc/self/exe", b.Name())
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd.Args[len(cmd.Args)-2] = self
	cmd.Env = append(os.Environ(), "ISLE_BENCH_ALONE=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	return false
}

// report reports each engine's median and how isle's compares.
func report(b *testing.B, label string, list []engine, times [][]time.Duration) {
	b.Helper()
	medians := make([]time.Duration, len(list))
	for i := range list {
		if len(times[i]) == 0 {
			continue
		}
		medians[i] = median(times[i])
		b.ReportMetric(float64(medians[i].Microseconds()), label+list[i].name+"-µs")
		if i > 0 {
			b.ReportMetric(float64(medians[0])/float64(medians[i]), label+"of-"+list[i].name)
		}
	}
	b.ReportMetric(0, "ns/op")
}

func runBundle(b *testing.B, change func(*specs.Spec)) {
	if !alone(b) {
		return
	}
	dir, list := bundle(b, change), engines(b)
	for b.Loop() {
		times := make([][]time.Duration, len(list))
		for n := range 5 + 60 {
			for i, e := range list {
				took := e.run(b, dir, "run", fmt.Sprint(b.Name(), n))
				if n >= 5 {
					times[i] = append(times[i], took)
				}
			}
		}
		report(b, "", list, times)
	}
}

// BenchmarkOCIRun is run of true in six new namespaces.
func BenchmarkOCIRun(b *testing.B) { runBundle(b, nil) }

// BenchmarkOCIUsual is the same as podman configures it.
func BenchmarkOCIUsual(b *testing.B) { runBundle(b, usual) }

// BenchmarkOCIMapped is that in a user namespace.
func BenchmarkOCIMapped(b *testing.B) { runBundle(b, mapped) }

// BenchmarkOCIVerbs is each verb of a container's life, beside the start of an
// empty Go program.
func BenchmarkOCIVerbs(b *testing.B) {
	if !alone(b) {
		return
	}
	dir, list := bundle(b, func(s *specs.Spec) { usual(s); s.Process.Args = []string{"sleep", "100"} }), engines(b)
	steps := [][]string{{"create", "ID"}, {"start", "ID"}, {"state", "ID"}, {"exec", "ID", "/bin/true"}, {"kill", "ID", "KILL"}, {"delete", "ID"}}
	empty := emptyProgram(b)
	for b.Loop() {
		times := make([][][]time.Duration, len(steps))
		for s := range steps {
			times[s] = make([][]time.Duration, len(list))
		}
		var floor []time.Duration
		for n := range 40 {
			for i, e := range list {
				id := fmt.Sprint("verbs", n)
				for s, words := range steps {
					words = append([]string{}, words...)
					words[1] = id
					took := e.run(b, dir, words...)
					if times[s][i] = append(times[s][i], took); words[0] == "kill" {
						settle(b, e, dir, id)
					}
				}
			}
			if took, err := once([]string{empty}); err == nil {
				floor = append(floor, took)
			}
		}
		for s, words := range steps {
			report(b, words[0]+"-", list, times[s])
		}
		b.ReportMetric(float64(median(floor).Microseconds()), "empty-µs")
	}
}

// settle waits until a killed container has stopped.
func settle(b *testing.B, e engine, dir, id string) {
	b.Helper()
	for range 200 {
		cmd := exec.Command(e.words[0], append(e.words[1:len(e.words):len(e.words)], "state", id)...)
		cmd.Dir = dir
		if out, err := cmd.Output(); err != nil || containsStopped(out) {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func containsStopped(out []byte) bool {
	for i := range len(out) - 7 {
		if string(out[i:i+7]) == "stopped" {
			return true
		}
	}
	return false
}

// BenchmarkOCIFloor is run beside a program that makes the same system calls
// and nothing else.
func BenchmarkOCIFloor(b *testing.B) {
	if !alone(b) {
		return
	}
	floor := compiled(b, "floor")
	dir, list := bundle(b, nil), engines(b)
	for b.Loop() {
		var isle, least []time.Duration
		for n := range 5 + 100 {
			took := list[0].run(b, dir, "run", fmt.Sprint("floor", n))
			bare, err := once([]string{floor, dir + "/rootfs"})
			if err != nil {
				b.Skip("the floor does not work here: ", err)
			}
			if n >= 5 {
				isle, least = append(isle, took), append(least, bare)
			}
		}
		b.ReportMetric(float64(median(isle))/float64(median(least)), "ratio")
		b.ReportMetric(float64(median(isle).Microseconds()), "isle-µs")
		b.ReportMetric(float64(median(least).Microseconds()), "floor-µs")
		b.ReportMetric(0, "ns/op")
	}
}

// BenchmarkOCIMany is 200 containers, four at a time.
func BenchmarkOCIMany(b *testing.B) {
	if !alone(b) {
		return
	}
	dir, list := bundle(b, usual), engines(b)
	for b.Loop() {
		times := make([][]time.Duration, len(list))
		for i, e := range list {
			began := time.Now()
			if failed := many(e, dir, 200, 4); failed > 0 {
				b.Errorf("%s: %d of 200 containers failed", e.name, failed)
			}
			times[i] = []time.Duration{time.Since(began) / 200}
		}
		report(b, "", list, times)
	}
}

func many(e engine, dir string, count, together int) (failed int) {
	var mu sync.Mutex
	var all sync.WaitGroup
	ids := make(chan int)
	for range together {
		all.Go(func() {
			for n := range ids {
				cmd := exec.Command(e.words[0], append(e.words[1:len(e.words):len(e.words)], "run", fmt.Sprint("many", n))...)
				if cmd.Dir = dir; cmd.Run() != nil {
					mu.Lock()
					failed++
					mu.Unlock()
				}
			}
		})
	}
	for n := range count {
		ids <- n
	}
	close(ids)
	all.Wait()
	return failed
}

// BenchmarkOCIMemory is the most memory that each verb takes, in KiB.
func BenchmarkOCIMemory(b *testing.B) {
	if !alone(b) {
		return
	}
	measure := compiled(b, "rss")
	dir, list := bundle(b, func(s *specs.Spec) { usual(s); s.Process.Args = []string{"sleep", "100"} }), engines(b)
	for b.Loop() {
		for _, e := range list {
			for _, words := range [][]string{{"create", "memory"}, {"start", "memory"}, {"state", "memory"}, {"exec", "memory", "/bin/true"}, {"kill", "memory", "KILL"}, {"delete", "--force", "memory"}} {
				b.ReportMetric(float64(peak(b, measure, e, dir, words)), e.name+"-"+words[0]+"-KiB")
			}
		}
		b.ReportMetric(0, "ns/op")
	}
}

// peak is the most memory of one verb. What it writes goes to files, which a
// container may keep open.
func peak(b *testing.B, measure string, e engine, dir string, words []string) int {
	b.Helper()
	out, err := os.Create(filepath.Join(b.TempDir(), "out"))
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(measure, append(e.words[:len(e.words):len(e.words)], words...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		b.Skipf("%s %q: %v: %s", e.name, words, err, said)
	}
	text, err := os.ReadFile(out.Name())
	lines := strings.Fields(string(text))
	if err != nil || len(lines) == 0 {
		b.Fatalf("%v %q", err, text)
	}
	n, err := strconv.Atoi(lines[len(lines)-1])
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// compiled is a program of testdata, static.
func compiled(b *testing.B, name string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	if out, err := exec.Command("gcc", "-O2", "-static", "-o", path, "testdata/"+name+".c").CombinedOutput(); err != nil {
		b.Skipf("%s cannot be compiled: %v: %s", name, err, out)
	}
	return path
}
