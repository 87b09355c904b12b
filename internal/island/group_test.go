package island

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"isle/ns"
)

// host are namespaces as the kernel starts with them, and with some others.
func hostWith(other uint64, kinds ...ns.Kind) (list [8]uint64) {
	list = ns.Initial
	for _, k := range kinds {
		list[k] = other + uint64(k)
	}
	return list
}

func process(pid, ppid int, in [8]uint64) *ns.Process {
	return &ns.Process{PID: pid, PPID: ppid, Comm: "p", Start: uint64(pid), NS: in, Command: "p"}
}

// shape is what a test looks at of an island: its parent by the top process, the
// kinds apart, and who is in it.
type shape struct {
	Top, Parent int
	Apart       ns.Set
	Processes   []int
	Keepers     []int
}

func shapes(c *Chart) (list []shape) {
	for _, i := range c.Islands {
		s := shape{Top: i.Top, Apart: i.Apart, Processes: i.Processes, Keepers: i.Keepers}
		if up := c.Find(i.Parent); up != nil {
			s.Parent = up.Top
		}
		list = append(list, s)
	}
	return list
}

// TestGroup is of scans such as one cannot make here, with the pids out of
// reach of what runs here.
func TestGroup(t *testing.T) {
	const a, b, c = 100, 200, 300
	at := func(n int) int { return 1<<22 + n }
	three := []ns.Kind{ns.Net, ns.PID, ns.Mount}
	for name, test := range map[string]struct {
		processes []*ns.Process
		want      []shape
		hidden    []int
	}{
		"nested, and back on the host": {
			[]*ns.Process{
				process(1, 0, ns.Initial), process(at(2), 1, hostWith(a, three...)), process(at(3), at(2), hostWith(a, three...)),
				process(at(4), at(3), hostWith(b, three...)), process(at(5), at(4), ns.Initial),
			},
			[]shape{
				{Top: 1, Processes: []int{1, at(5)}},
				{at(2), 1, ns.SetOf(three...), []int{at(2), at(3)}, nil},
				{at(4), at(2), ns.SetOf(three...), []int{at(4)}, nil},
			}, nil,
		},
		"one that waits is part of what it waits for": {
			[]*ns.Process{
				process(1, 0, ns.Initial), process(at(2), 1, hostWith(a, ns.User, ns.Mount)),
				process(at(3), at(2), hostWith(a, ns.User, ns.Mount, ns.PID)), process(at(4), at(3), hostWith(c, ns.User)),
			},
			[]shape{
				{Top: 1, Processes: []int{1}},
				{at(3), 1, ns.SetOf(ns.User, ns.Mount, ns.PID), []int{at(2), at(3)}, []int{at(2)}},
				{at(4), at(3), ns.SetOf(ns.User, ns.Mount, ns.PID), []int{at(4)}, nil},
			}, nil,
		},
		"one that waits and does more": {
			[]*ns.Process{
				process(1, 0, ns.Initial), process(at(2), 1, hostWith(a, ns.Mount)), process(at(3), at(2), hostWith(a, ns.Mount, ns.PID)),
				process(at(4), at(2), hostWith(a, ns.Mount)),
			},
			[]shape{
				{Top: 1, Processes: []int{1}}, {at(2), 1, ns.SetOf(ns.Mount), []int{at(2), at(4)}, nil},
				{at(3), at(2), ns.SetOf(ns.PID), []int{at(3)}, nil},
			}, nil,
		},
		"two that entered each other": {
			[]*ns.Process{
				process(1, 0, ns.Initial), process(at(2), at(3), hostWith(a, three...)), process(at(3), at(2), hostWith(b, three...)),
			},
			[]shape{
				{Top: 1, Processes: []int{1}}, {at(2), 1, ns.SetOf(three...), []int{at(2)}, nil}, {at(3), 1, ns.SetOf(three...), []int{at(3)}, nil},
			}, nil,
		},
		"what a user sees": {
			[]*ns.Process{
				process(1, 0, [8]uint64{}), {PID: 2, Kernel: true}, process(at(3), 1, ns.Initial), process(at(4), 1, hostWith(a, ns.User)), {PID: at(5), PPID: 1, Zombie: true},
			},
			[]shape{{Top: at(3), Processes: []int{at(3)}}, {at(4), at(3), ns.SetOf(ns.User), []int{at(4)}, nil}}, []int{1},
		},
		"nothing to see": {[]*ns.Process{process(1, 0, [8]uint64{})}, nil, []int{1}},
	} {
		chart := Group(&ns.Snapshot{Host: "h", Processes: test.processes})
		if diff := cmp.Diff(test.want, shapes(chart)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(test.hidden, chart.Hidden); diff != "" {
			t.Errorf("%s, hidden: %s", name, diff)
		}
	}
}

// TestShares: the containers of a pod have a network in common that the host
// has not, and what both have from the host is not said.
func TestShares(t *testing.T) {
	one, two := hostWith(100, ns.Net, ns.Mount), hostWith(100, ns.Net, ns.Mount)
	two[ns.Mount]++
	chart := Group(&ns.Snapshot{Processes: []*ns.Process{process(1, 0, ns.Initial), process(1<<22+2, 1, one), process(1<<22+3, 1, two)}})
	want := []Share{{chart.Islands[2].ID, ns.SetOf(ns.Net)}}
	if diff := cmp.Diff(want, chart.Islands[1].Shares); diff != "" || len(chart.Islands[0].Shares) > 0 {
		t.Error(diff, chart.Islands[0].Shares)
	}
	var again Island
	text, err := json.Marshal(chart.Islands[1])
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if diff := cmp.Diff(*chart.Islands[1], again); err != nil || diff != "" {
		t.Errorf("as JSON: %v\n%s", err, diff)
	}
}

// TestLookup: a word is of one island, or it is said which there are.
func TestLookup(t *testing.T) {
	chart := &Chart{Islands: []*Island{
		{ID: "i0", Sort: Host, Name: "box", Top: 5, Processes: []int{5}}, {ID: "i1", Name: "web", Container: "abcdef01", Top: 6},
		{ID: "i2", Name: "sh", Top: 7}, {ID: "i3", Name: "sh", Top: 8},
	}}
	for word, want := range map[string]int{"host": 5, "box": 5, "web": 6, "abcd": 6, "abc": 0, "i2": 7, "sh": 0, "77": 77, "0": 0, "none": 0, "-1": 0} {
		if pid, err := chart.Lookup(word); pid != want || (err == nil) != (want != 0) {
			t.Errorf("%s: %d, %v; want %d", word, pid, err, want)
		}
	}
}
