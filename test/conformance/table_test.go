package conformance

import (
	"slices"
	"strings"
	"testing"
)

// names are those of the table.
func names() (list []string) {
	for _, f := range files {
		list = append(list, f.name)
	}
	return list
}

func TestTableIsInOrder(t *testing.T) {
	if list := names(); !slices.IsSorted(list) || len(slices.Compact(list)) != suitePrograms {
		t.Errorf("the files are not %d, each once and in order: %q", suitePrograms, list)
	}
	for _, f := range files {
		for _, why := range []string{f.why, f.why2} {
			if why != "" && !strings.HasSuffix(why, ".") {
				t.Errorf("%s: the reason is no sentence: %q", f.name, why)
			}
		}
	}
}

func TestExcuse(t *testing.T) {
	lacking := map[need]string{hugetlb: "none here."}
	for _, test := range []struct {
		name    string
		machine machine
		file    file
		why     string
		known   bool
	}{
		{name: "nothing is wrong", machine: machine{Cgroup: "v1"}},
		{"the file is wrong", machine{Cgroup: "v1"}, file{why: "It is."}, "It is.", true},
		{"the file is wrong, on 1 also", machine{Cgroup: "v1"}, file{why2: "It is."}, "", false},
		{"the file is wrong on 2", machine{Cgroup: "v2"}, file{why2: "It is."}, "It is.", true},
		{"the file is wrong and races", machine{Cgroup: "v2"}, file{why: "It is.", races: "two"}, "It is.", false},
		{"the machine lacks it", machine{Cgroup: "v1", Lacks: lacking}, file{needs: hugetlb}, "none here.", false},
		{"the machine lacks another thing", machine{Cgroup: "v1", Lacks: lacking}, file{needs: network}, "", false},
		{"the machine lacks what is not needed", machine{Cgroup: "v1", Lacks: lacking}, file{}, "", false},
	} {
		if why, known := test.machine.excuse(test.file); why != test.why || known != test.known {
			t.Errorf("%s: got %q, %v, want %q, %v", test.name, why, known, test.why, test.known)
		}
	}
}
