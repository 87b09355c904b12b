package conformance

import (
	"strings"
	"testing"
)

// passing is a runtime that passes all files but some.
func passing(name string, but ...string) *contender {
	c := &contender{Name: name, Version: "1", Results: map[string]result{}}
	for _, f := range files {
		c.Results[f.name] = result{Passed: true}
	}
	for _, name := range but {
		c.Results[name] = result{Fault: "wrong"}
	}
	return c
}

func TestPage(t *testing.T) {
	v1 := &report{Machine: machine{Cgroup: "v1", Lacks: map[need]string{hugetlb: "No hugetlb here."}},
		Runtimes: []*contender{passing("isle", "hooks", "linux_cgroups_hugetlb"), passing("crun", "delete"), passing("old", "create", "kill")}}
	v2 := &report{Machine: machine{Cgroup: "v2"}, Runtimes: []*contender{passing("isle", "hooks", "linux_cgroups_cpus")}}
	text, err := page([]*report{v1, v2})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"| isle | 56 | cgroup v1,", "| isle | 56 | cgroup v2,", "| crun 1 | 57 | cgroup v1,", "old 1 is left out",
		"\n- `hooks`: The test expects", "\n- `linux_cgroups_hugetlb`: On cgroup v1: No hugetlb here.\n", "\n- `linux_cgroups_cpus`: On cgroup v2: " + only1 + "\n",
		"\n| `delete` | yes | – |\n", "\nWhat crun 1 passes and isle does not: `hooks`, `linux_cgroups_hugetlb`;", "\n| `delete` | yes |\n", "\n| `hooks` | – | yes |\n",
	} {
		if strings.Count(text, line) != 1 {
			t.Errorf("%q is %d times in the page:\n%s", line, strings.Count(text, line), text)
		}
	}
}

func TestPageIsAboutAllFiles(t *testing.T) {
	c := passing("isle")
	delete(c.Results, "kill")
	if text, err := page([]*report{{Runtimes: []*contender{c}}}); err == nil {
		t.Errorf("a page was made of 57 files:\n%s", text)
	}
}
