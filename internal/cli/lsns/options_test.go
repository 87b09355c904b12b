package lsns

import (
	"reflect"
	"strings"
	"testing"

	"isle/internal/getopt"
	"isle/ns"
)

func TestParse(t *testing.T) {
	for line, want := range map[string]Options{
		"":                          {Tree: ByProcess},
		"-t net -t mnt":             {Tree: ByProcess, Types: ns.SetOf(ns.Net, ns.Mount)},
		"-p 5 -n -u -W":             {Tree: ByProcess, Task: 5, NoHeadings: true, NoTruncate: true, NoWrap: true},
		"-T":                        {Tree: ByOwner},
		"-Tparent":                  {Tree: ByParent},
		"--tree=process -l":         {Tree: ByProcess, List: true},
		"-J -P":                     {Tree: ByProcess, JSON: true, Persistent: true},
		"-r":                        {Tree: ByProcess, Raw: true, NoWrap: true},
		"4026531837":                {Tree: ByProcess, Namespace: 4026531837},
		"-Q NPROCS>5 --json --list": {Tree: ByProcess, Filter: "NPROCS>5", JSON: true, List: true},
		"-H":                        {Tree: ByProcess, ListColumns: true},
	} {
		o, err := Parse("lsns", strings.Fields(line))
		if err != nil {
			t.Errorf("%q: %v", line, err)
		}
		o.Columns = nil
		if !reflect.DeepEqual(o, want) {
			t.Errorf("%q: %+v, want %+v", line, o, want)
		}
	}
}

func TestColumns(t *testing.T) {
	for line, want := range map[string]string{
		"":                   "NS TYPE NPROCS PID USER COMMAND",
		"-t net":             "NS TYPE NPROCS PID USER NETNSID NSFS COMMAND",
		"5":                  "PID PPID USER COMMAND",
		"-o pns,NS":          "PNS NS",
		"-o +ons,PATH":       "NS TYPE NPROCS PID USER COMMAND ONS PATH",
		"--output-all":       "NS TYPE PATH NPROCS PID PPID COMMAND UID USER NETNSID NSFS PNS ONS",
		"-o NS --output-all": "NS TYPE PATH NPROCS PID PPID COMMAND UID USER NETNSID NSFS PNS ONS",
	} {
		o, err := Parse("lsns", strings.Fields(line))
		var names []string
		for _, c := range o.Columns {
			names = append(names, c.String())
		}
		if got := strings.Join(names, " "); got != want || err != nil {
			t.Errorf("%q: %s, %v, want %s", line, got, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for line, want := range map[string]string{
		"-J -r":    "options --json and --raw cannot be combined",
		"-P -p 1":  "options --persistent and --task cannot be combined",
		"-t x":     "unknown namespace type: x",
		"-t mount": "unknown namespace type: mount",
		"-Tx":      "unknown tree type: x",
		"-o x":     "unknown column: x",
		"-o +" + strings.Repeat("NS,", 19) + "NS": "too many columns specified, the limit is 25 columns",
		"-p x":           "invalid PID argument: 'x'",
		"-p 0":           "invalid PID argument: '0'",
		"-p 99999999999": "invalid PID argument: '99999999999'",
		"x":              "invalid namespace argument: 'x'",
		"-T parent":      "invalid namespace argument: 'parent'",
		"5 -p 1":         "--task is mutually exclusive with <namespace>",
	} {
		if _, err := Parse("lsns", strings.Fields(line)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
	for _, line := range []string{"--help", "--version"} {
		if _, err := Parse("lsns", []string{line}); err == nil || reflect.TypeOf(err) != reflect.TypeOf(getopt.Answer("")) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
