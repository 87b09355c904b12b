package plan

import (
	"fmt"
	"strings"

	"isle/internal/why"
)

// TimeOffsets shifts the clocks of the new time namespace (time_namespaces(7)).
// Offsets are in seconds, and nanoseconds added to them.
type TimeOffsets struct {
	Monotonic, Boottime           *int64
	MonotonicNanos, BoottimeNanos uint32
}

func (s *TimeOffsets) clocks() (lines []string) {
	if s.Monotonic != nil {
		lines = append(lines, fmt.Sprintf("monotonic %d %d", *s.Monotonic, s.MonotonicNanos))
	}
	if s.Boottime != nil {
		lines = append(lines, fmt.Sprintf("boottime %d %d", *s.Boottime, s.BoottimeNanos))
	}
	return lines
}

// Words describes the step.
func (s *TimeOffsets) Words() string {
	words := "shift"
	for i, l := range s.clocks() {
		if i > 0 {
			words += " and"
		}
		var clock string
		var by int64
		fmt.Sscan(l, &clock, &by)
		words += fmt.Sprintf(" the %s clock by %+d s", clock, by)
	}
	return words
}

// Facts gives what is written.
func (s *TimeOffsets) Facts() why.Facts {
	return why.Facts{Op: why.OpTimeOffset, Map: strings.Join(s.clocks(), "\n")}
}

// Shell gives unshare the offsets, since a shell would be in the namespace too late.
func (s *TimeOffsets) Shell(sh *Script) {
	if s.Monotonic != nil {
		sh.Option("--monotonic", fmt.Sprint(*s.Monotonic))
	}
	if s.Boottime != nil {
		sh.Option("--boottime", fmt.Sprint(*s.Boottime))
	}
}

// Lower writes the offsets.
func (s *TimeOffsets) Lower(l *Lowering) {
	for _, line := range s.clocks() {
		writeFile(l.Builder, l.Proc(), "self/timens_offsets", line, "failed to write to /proc/self/timens_offsets")
	}
}
