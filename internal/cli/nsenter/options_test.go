package nsenter

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"isle/internal/getopt"
	"isle/internal/plan"
	"isle/ns"
)

func TestParse(t *testing.T) {
	uts := ns.SetOf(ns.UTS)
	from := func(k ns.Kind, o Origin) Options {
		return Options{Enter: ns.SetOf(k), From: map[ns.Kind]Origin{k: o}}
	}
	for _, test := range []struct {
		args string
		want Options
	}{
		{"-t 1 -a", Options{PID: 1, All: true}},
		{"-at2147483647:18446744073709551615", Options{PID: 2147483647, Inode: 18446744073709551615, All: true}},
		{"-t 5 -muinpCUT ls -l", Options{PID: 5, Enter: ns.SetOf(ns.Mount), From: map[ns.Kind]Origin{ns.Mount: {Path: "uinpCUT"}}, Program: []string{"ls", "-l"}}},
		{"-t 5 -m -u -i -n -p -C -U -T -- -x", Options{PID: 5, Enter: ns.All, Program: []string{"-x"}}},
		{"-t 5 --mount --uts --ipc --net --pid --cgroup --user --time", Options{PID: 5, Enter: ns.All}},
		{"-u -t 5", Options{PID: 5, Enter: uts}},

		{"-n/run/x", from(ns.Net, Origin{Path: "/run/x"})},
		{"-n=/run/x", from(ns.Net, Origin{Path: "/run/x"})},
		{"-n==x", from(ns.Net, Origin{Path: "=x"})},
		{"--net=/run/x", from(ns.Net, Origin{Path: "/run/x"})},
		{"--net=/run/x --net=/run/y -n", from(ns.Net, Origin{Path: "/run/y"})},
		{"-n:7", from(ns.Net, Origin{ID: 7})},
		{"-n=:7", from(ns.Net, Origin{ID: 7})},
		{"--net=:18446744073709551615", from(ns.Net, Origin{ID: 18446744073709551615})},
		{"--net=./:7", from(ns.Net, Origin{Path: "./:7"})},

		{"-t 5 -N 3", Options{PID: 5, Enter: ns.SetOf(ns.Net), NetSocket: new(3)}},
		{"-t 5 --net-socket=0", Options{PID: 5, Enter: ns.SetOf(ns.Net), NetSocket: new(0)}},
		{"-t 5 --user-parent", Options{PID: 5, Enter: ns.SetOf(ns.User), UserParent: true}},

		{"-t 5 -u -S follow -Gfollow", Options{PID: 5, Enter: uts, UID: &ID{Follow: true}, GID: &ID{Follow: true}}},
		{"-t 5 -u --setuid=4294967294 --setgid 0", Options{PID: 5, Enter: uts, UID: &ID{ID: 4294967294}, GID: &ID{}}},
		{"-u/x -S 7", Options{Enter: uts, From: map[ns.Kind]Origin{ns.UTS: {Path: "/x"}}, UID: &ID{ID: 7}}},
		{"-t 5 -u --preserve-credentials --keep-caps", Options{PID: 5, Enter: uts, PreserveCredentials: true, KeepCaps: true}},

		{"-t 5 -u -r -w", Options{PID: 5, Enter: uts, Root: Place{OfTarget: true}, WD: Place{OfTarget: true}}},
		{"-t 5 -u -r/r -w/w", Options{PID: 5, Enter: uts, Root: Place{Path: "/r"}, WD: Place{Path: "/w"}}},
		{"-t 5 -u -r=/r -w=/w", Options{PID: 5, Enter: uts, Root: Place{Path: "=/r"}, WD: Place{Path: "/w"}}},
		{"-t 5 -u --root=/r --wd=/w", Options{PID: 5, Enter: uts, Root: Place{Path: "/r"}, WD: Place{Path: "/w"}}},
		{"-t 5 -u -W/w", Options{PID: 5, Enter: uts, WDNS: "/w"}},
		{"-t 5 -u -W=/w", Options{PID: 5, Enter: uts, WDNS: "/w"}},
		{"-t 5 -u -W /w", Options{PID: 5, Enter: uts, Program: []string{"/w"}}},

		{"-t 5 -uF", Options{PID: 5, Enter: uts, From: map[ns.Kind]Origin{ns.UTS: {Path: "F"}}}},
		{"-t 5 -ecFu", Options{PID: 5, Enter: uts, Env: true, JoinCgroup: true, NoFork: true}},
		{"-t 5 --dry-run=shell -u", Options{PID: 5, Enter: uts, DryRun: plan.Shell}},
		{"-t 5 --dry-run -u", Options{PID: 5, Enter: uts, DryRun: plan.Steps}},
	} {
		got, err := Parse("nsenter", strings.Fields(test.args))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, %v; want %+v", test.args, got, err, test.want)
		}
	}
}

func TestCredentials(t *testing.T) {
	user, root, seven := ns.SetOf(ns.User), &ID{}, &ID{ID: 7}
	for _, test := range []struct {
		options  Options
		entered  ns.Set
		uid, gid *ID
	}{
		{Options{}, ns.All.Without(ns.User), nil, nil},
		{Options{}, user, root, root},
		{Options{UID: seven}, user, seven, root},
		{Options{GID: seven}, 0, nil, seven},
		{Options{PreserveCredentials: true}, user, nil, nil},
		{Options{PreserveCredentials: true, UID: seven}, user, seven, nil},
	} {
		if uid, gid := test.options.Credentials(test.entered); !reflect.DeepEqual(uid, test.uid) || !reflect.DeepEqual(gid, test.gid) {
			t.Errorf("%+v entering %v: %+v, %+v; want %+v, %+v", test.options, test.entered.Kinds(), uid, gid, test.uid, test.gid)
		}
	}
}

func TestForks(t *testing.T) {
	for _, test := range []struct {
		noFork  bool
		entered ns.Set
		want    bool
	}{{false, ns.SetOf(ns.PID), true}, {true, ns.SetOf(ns.PID), false}, {false, ns.All.Without(ns.PID), false}} {
		o := Options{NoFork: test.noFork}
		if got := o.Forks(test.entered); got != test.want {
			t.Errorf("no-fork %v, entering %v: %v", test.noFork, test.entered.Kinds(), got)
		}
	}
}

// run parses and returns what a caller of the command sees.
func run(args []string) (status int, stdout, stderr string) {
	_, err := Parse("nsenter", args)
	if err == nil {
		return 0, "", ""
	}
	var out, errout bytes.Buffer
	status = getopt.Exit("nsenter", err, &out, &errout)
	return status, out.String(), errout.String()
}

func TestHelp(t *testing.T) {
	status, out, errout := run([]string{"-h", "--bogus"})
	if status != 0 || errout != "" || !strings.HasPrefix(out, "Usage: nsenter [OPTION...] [PROGRAM [ARG...]]\n") {
		t.Errorf("status %d, stderr %q, stdout:\n%s", status, errout, out)
	}
	for _, f := range flags {
		if shown := strings.Contains(out, f.Label()); shown != (f.Short != 'Z') {
			t.Errorf("%s shown: %v", f.Label(), shown)
		}
	}
	for _, line := range strings.Split(out, "\n") {
		if len(line) > 80 {
			t.Errorf("line of %d characters: %s", len(line), line)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, arg := range []string{"-V", "--version"} {
		if status, out, errout := run([]string{arg}); status != 0 || errout != "" || !strings.HasPrefix(out, "nsenter from isle ") {
			t.Errorf("%s: %d, %q, %q", arg, status, out, errout)
		}
	}
}

func TestFlagsAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range flags {
		for _, name := range []string{"-" + string(rune(f.Short)), "--" + f.Long} {
			if name != "-\x00" && seen[name] {
				t.Errorf("two options %s", name)
			}
			seen[name] = true
		}
		if (f.Arg == getopt.None) != (f.ArgName == "") || f.take == nil || f.Short != 'Z' && (f.Help == "" || f.Group == "") {
			t.Errorf("--%s is not complete: %+v", f.Long, f.Option)
		}
	}
}

// FuzzParse looks for panics, and for options that are not consistent.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"-t\n1\n-a", "-t1:0\n-u", "-m=:7\n-W=\n-w", "-n:18446744073709551616", "-Sfollow\n-u/x", "-Z", "-t\n2147483648"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := Parse("nsenter", strings.Split(text, "\n"))
		if err != nil {
			if !reflect.DeepEqual(o, Options{}) {
				t.Errorf("options beside an error: %+v", o)
			}
			return
		}
		if o.Enter == 0 && !o.All {
			t.Errorf("nothing to enter: %+v", o)
		}
		if o.PID < 0 || o.PID == 0 && (o.All || o.Inode != 0 || o.NetSocket != nil || len(o.From) != len(o.Enter.Kinds()) || o.Root.OfTarget || o.Env) {
			t.Errorf("no target: %+v", o)
		}
		for k := range o.From {
			if !o.Enter.Has(k) {
				t.Errorf("%v has an origin and is not entered: %+v", k, o)
			}
		}
	})
}
