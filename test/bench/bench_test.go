package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// runs is how often each command of a pair is run.
const runs = 200

// compare reports the pair's medians and their ratio, and the system calls.
func compare(b *testing.B, p pair) {
	b.Helper()
	if _, err := exec.LookPath(p.peer[0]); err != nil {
		b.Skip("the peer is not installed: ", err)
	}
	for b.Loop() {
		isle, peer, err := p.medians(runs)
		if err != nil {
			b.Skip("one of the two does not work here: ", err)
		}
		b.ReportMetric(float64(isle)/float64(peer), "ratio")
		b.ReportMetric(float64(isle.Microseconds()), "isle-µs")
		b.ReportMetric(float64(peer.Microseconds()), "peer-µs")
	}
	reportCalls(b, p)
	b.ReportMetric(0, "ns/op") // says nothing here: leaves it out
}

// reportCalls reports how many system calls the two make, and how many of
// isle's are those of an empty Go program's start.
func reportCalls(b *testing.B, p pair) {
	b.Helper()
	for name, words := range map[string][]string{"isle-calls": p.isle, "peer-calls": p.peer, "start-calls": {emptyProgram(b)}} {
		n, err := calls(words)
		if err != nil {
			b.Log(err)
			return
		}
		b.ReportMetric(float64(n), name)
	}
}

func isle(b *testing.B) string {
	b.Helper()
	path, err := build(b.TempDir(), "isle", "isle/cmd/isle")
	if err != nil {
		b.Fatal(err)
	}
	return path
}

// emptyProgram is a Go program that does nothing.
func emptyProgram(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	path, err := build(dir, "empty", source)
	if err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkStart(b *testing.B) {
	compare(b, pair{[]string{isle(b), "unshare", "--version"}, []string{emptyProgram(b)}})
}

func BenchmarkUnshare(b *testing.B) {
	flags := strings.Fields("-Urmpf --mount-proc true")
	compare(b, pair{append([]string{isle(b), "unshare"}, flags...), append([]string{"unshare"}, flags...)})
}

func BenchmarkUnshareAll(b *testing.B) {
	flags := strings.Fields("-UrmpfuinCT --mount-proc true")
	compare(b, pair{append([]string{isle(b), "unshare"}, flags...), append([]string{"unshare"}, flags...)})
}

func BenchmarkNsenter(b *testing.B) {
	target := exec.Command("unshare", strings.Fields("-Urmpfuin --kill-child sleep 600")...)
	if err := target.Start(); err != nil {
		b.Skip("nobody to enter: ", err)
	}
	defer func() { target.Process.Kill(); target.Wait() }()
	flags := []string{"-t", child(b, target.Process.Pid), "-a", "true"}
	compare(b, pair{append([]string{isle(b), "nsenter"}, flags...), append([]string{"nsenter", "--preserve-credentials"}, flags...)})
}

// child waits until a process has a child and returns its pid.
func child(b *testing.B, pid int) string {
	b.Helper()
	path := "/proc/" + strconv.Itoa(pid) + "/task/" + strconv.Itoa(pid) + "/children"
	for range 200 {
		if text, err := os.ReadFile(path); err == nil && len(text) > 0 {
			time.Sleep(50 * time.Millisecond) // until it is in its namespaces
			return strings.TrimSpace(string(text))
		}
		time.Sleep(5 * time.Millisecond)
	}
	b.Skip("the process to enter did not start")
	return ""
}

func BenchmarkRun(b *testing.B) {
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		b.Skip("a root needs busybox: ", err)
	}
	root := b.TempDir()
	text, err := os.ReadFile(busybox)
	if err != nil {
		b.Fatal(err)
	}
	for _, dir := range []string{"bin", "proc", "sys", "dev", "tmp"} {
		os.MkdirAll(filepath.Join(root, dir), 0o755)
	}
	if err := os.WriteFile(filepath.Join(root, "bin/busybox"), text, 0o755); err != nil {
		b.Fatal(err)
	}
	command := []string{"/bin/busybox", "true"}
	peer := append(strings.Fields("bwrap --unshare-all --die-with-parent --hostname isle --bind "+root+" / --proc /proc --dev /dev --"), command...)
	compare(b, pair{append([]string{isle(b), "run", "-T", "--rootfs", root}, command...), peer})
}
