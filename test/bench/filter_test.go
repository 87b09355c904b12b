package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// BenchmarkOCIFilter is what a system call costs under the default profile, in
// nanoseconds: one that is allowed outright, and one whose arguments are checked.
func BenchmarkOCIFilter(b *testing.B) {
	if !alone(b) {
		return
	}
	dir, list := bundle(b, func(s *specs.Spec) { usual(s); s.Process.Args = []string{"/bin/calls"} }), engines(b)
	program, err := os.ReadFile(compiled(b, "calls"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "rootfs/bin/calls"), program, 0o755)
	}
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		least := make([][2]float64, len(list))
		for n := range 5 {
			for i, e := range list {
				for k, cost := range costs(b, e, dir, fmt.Sprint("filter", n)) {
					if least[i][k] == 0 || cost < least[i][k] {
						least[i][k] = cost
					}
				}
			}
		}
		for k, label := range []string{"allowed", "checked"} {
			for i, e := range list {
				b.ReportMetric(least[i][k], label+"-"+e.name+"-ns")
				if i > 0 {
					b.ReportMetric(least[0][k]/least[i][k], label+"-of-"+e.name)
				}
			}
		}
		b.ReportMetric(0, "ns/op")
	}
}

// costs has an engine run the program that measures.
func costs(b *testing.B, e engine, dir, id string) (each [2]float64) {
	b.Helper()
	cmd := exec.Command(e.words[0], append(e.words[1:len(e.words):len(e.words)], "run", id)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err == nil {
		_, err = fmt.Sscan(string(out), &each[0], &each[1])
	}
	if err != nil {
		b.Skipf("%s: %v: %q", e.name, err, out)
	}
	return each
}
