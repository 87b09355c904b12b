package web

import (
	"fmt"
	"testing"

	"isle/internal/atlas"
)

// BenchmarkNext is a version of a host with 200 islands and 10,000 processes, of
// which one has changed.
func BenchmarkNext(b *testing.B) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprint("n", i))
	}
	m := mapOf(names...)
	for i := range 10000 {
		m.Processes = append(m.Processes, atlas.Process{PID: 1000 + i, Island: "in0", Command: fmt.Sprintf("/usr/bin/worker --number=%d --verbose", i)})
	}
	v, err := next(nil, m)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.Processes[0].PID++
		if v, err = next(v, m); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(v.svg)), "svg-bytes")
	b.ReportMetric(float64(len(v.text)), "json-bytes")
}
