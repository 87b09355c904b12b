package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"isle/test/vm/report"
)

// shown are the lines of a failed test that are printed.
const shown = 30

// done tells of a package whose tests have ended in the guest.
func (v *visit) done(pkg string, status int, took time.Duration) {
	output, err := os.ReadFile(v.file(pkg, ".out"))
	v.save(filepath.Base(v.file(pkg, ".out")), output)
	tests, events := v.read(pkg, output)
	counts := report.Count(tests)
	failures := report.Failures(tests)
	if err = errors.Join(err, events); err != nil || status != 0 && counts.Failed == 0 {
		counts.Failed++ // the package itself
		failures = append(failures, report.Test{Package: pkg, Name: fmt.Sprintf("(exit status %d)", status), Output: lines(output, err)})
	}
	v.print(pkg, tests, counts, failures, took)
}

// broken tells of the packages that the guest did not come to an end with.
func (v *visit) broken(cause error) {
	if cause == nil {
		cause = errors.New("the guest ended before these tests")
	}
	for i, pkg := range v.left {
		output, _ := os.ReadFile(v.file(pkg, ".out"))
		v.save(filepath.Base(v.file(pkg, ".out")), output)
		tests, _ := v.read(pkg, output)
		counts := report.Count(tests)
		counts.Failed = max(counts.Failed, 1)
		var failures []report.Test
		if i == 0 {
			failures = append(report.Failures(tests), report.Test{Package: pkg, Name: "(the guest)", Output: lines(output, cause)})
		}
		v.print(pkg, tests, counts, failures, 0)
	}
}

// read makes outcomes of what a test binary said.
func (v *visit) read(pkg string, output []byte) ([]report.Test, error) {
	convert := exec.Command(v.events, "-p", pkg)
	convert.Stdin = bytes.NewReader(output)
	events, err := convert.Output()
	if err != nil {
		return nil, fmt.Errorf("make events of the output: %w", err)
	}
	return report.Read(bytes.NewReader(events))
}

// print prints the line of a guest and a package, and what failed.
func (v *visit) print(pkg string, tests []report.Test, counts report.Counts, failures []report.Test, took time.Duration) {
	v.printing.Lock()
	defer v.printing.Unlock()
	v.tests = append(v.tests, tests...)
	v.counts.Add(counts)
	verdict := "ok"
	if counts.Failed > 0 {
		verdict = "FAIL"
	}
	fmt.Printf("%-4s  %-8s %-18s %4d passed %3d failed %3d skipped %7.1f s\n",
		verdict, v.guest.name, pkg, counts.Passed, counts.Failed, counts.Skipped, took.Seconds())
	for _, f := range failures {
		fmt.Printf("      %s\n", f.Name)
		for _, line := range f.Output[:min(len(f.Output), shown)] {
			fmt.Printf("          %s\n", strings.TrimSpace(line))
		}
		if more := len(f.Output) - shown; more > 0 {
			fmt.Printf("          ... and %d lines; -o FOLDER keeps all\n", more)
		}
	}
}

// lines are those of an output, and of the error after it.
func lines(output []byte, err error) []string {
	text := string(output)
	if err != nil {
		text += "\n" + err.Error()
	}
	return strings.Split(strings.TrimSpace(text), "\n")
}
