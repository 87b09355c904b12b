package conformance

import (
	"fmt"
	"slices"
	"strings"
)

// preface is how the page begins.
const preface = `# Conformance

What isle does with the validation suite of the OCI runtime specification,
[runtime-tools](https://github.com/opencontainers/runtime-tools) at
` + "`" + suiteVersion + "`" + `: %d programs that drive a runtime's command line.
A file counts as passed if its program ends well, finds nothing wrong and comes
to its end. Each runs in namespaces and cgroups of its own.

This page is written by ` + "`make conformance`" + `, which fails if isle passes less, or
more, than it says here.
`

// page is the page on how isle does, from what was found on each machine.
func page(reports []*report) (string, error) {
	var b strings.Builder
	var unable []string
	fmt.Fprintf(&b, preface, suitePrograms)
	b.WriteString("\n| | files passed | on |\n|---|---|---|\n")
	for _, r := range reports {
		for _, c := range r.Runtimes {
			if len(c.Results) != suitePrograms {
				return "", fmt.Errorf("%s was held against %d of %d files: the page is about all", c.Name, len(c.Results), suitePrograms)
			}
			if c.able() {
				fmt.Fprintf(&b, "| %s | %d | cgroup %s, Linux %s, %s |\n", c.title(), c.passed(), r.Machine.Cgroup, r.Machine.Kernel, r.Machine.Arch)
			} else {
				unable = append(unable, c.title()+" is left out: it does not even create the suite's containers.\n")
			}
		}
	}
	slices.Sort(unable)
	b.WriteString(strings.Join(append([]string{""}, slices.Compact(unable)...), "\n"))
	b.WriteString("\n## What isle does not pass, and why\n\n")
	for _, f := range files {
		writeReasons(&b, f, reports)
	}
	for _, r := range reports {
		writeTable(&b, r)
		writeAhead(&b, r)
	}
	return b.String(), nil
}

// title is isle's name, which is of the version at hand, or a peer's with its version.
func (c *contender) title() string {
	if c.Name == "isle" {
		return c.Name
	}
	return c.Name + " " + c.Version
}

// writeReasons says why isle does not pass a file, once if it is so everywhere.
func writeReasons(b *strings.Builder, f file, reports []*report) {
	var said []string
	for _, r := range reports {
		if r.Runtimes[0].Results[f.name].Passed {
			continue
		}
		why, _ := r.Machine.excuse(f)
		if why != f.why {
			why = "On cgroup " + r.Machine.Cgroup + ": " + why
		} else if len(said) > 0 {
			continue
		}
		said = append(said, why)
	}
	if len(said) > 0 {
		fmt.Fprintf(b, "- `%s`: %s\n", f.name, strings.Join(said, " "))
	}
}

// writeTable says of every file who passes it on one machine.
func writeTable(b *strings.Builder, r *report) {
	fmt.Fprintf(b, "\n## Every file, on cgroup %s\n\n| |", r.Machine.Cgroup)
	columns := slices.DeleteFunc(slices.Clone(r.Runtimes), func(c *contender) bool { return !c.able() })
	for _, c := range columns {
		b.WriteString(" " + c.title() + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, f := range files {
		b.WriteString("| `" + f.name + "` |")
		for _, c := range columns {
			mark := " – |"
			if c.Results[f.name].Passed {
				mark = " yes |"
			}
			b.WriteString(mark)
		}
		b.WriteString("\n")
	}
}

// writeAhead says what a peer passes and isle does not.
func writeAhead(b *strings.Builder, r *report) {
	for _, c := range r.Runtimes[1:] {
		var list []string
		for _, f := range files {
			if c.Results[f.name].Passed && !r.Runtimes[0].Results[f.name].Passed {
				list = append(list, "`"+f.name+"`")
			}
		}
		if c.able() && len(list) > 0 {
			fmt.Fprintf(b, "\nWhat %s passes and isle does not: %s; the reasons are above.\n", c.title(), strings.Join(list, ", "))
		}
	}
}
