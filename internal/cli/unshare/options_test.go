package unshare

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/getopt"
	"isle/internal/idmap"
	"isle/internal/plan"
	"isle/ns"
)

func TestParse(t *testing.T) {
	euid, egid := uint32(os.Geteuid()), uint32(os.Getegid())
	user := ns.SetOf(ns.User)
	userMount := ns.SetOf(ns.User, ns.Mount)
	for _, test := range []struct {
		args string
		want Options // less the default propagation
	}{
		{"", Options{}},
		{"-muinpUCT", Options{New: ns.All}},
		{"--mount --uts --ipc --net --pid --user --cgroup --time", Options{New: ns.All}},
		{"-p /bin/ls -l", Options{New: ns.SetOf(ns.PID), Program: []string{"/bin/ls", "-l"}}},
		{"-m --mount=/a --net=/b -n -- -x", Options{
			New:     ns.SetOf(ns.Mount, ns.Net),
			Persist: map[ns.Kind]string{ns.Mount: "/a", ns.Net: "/b"},
			Program: []string{"-x"},
		}},
		{"--mount=/a --mount=/b", Options{New: ns.SetOf(ns.Mount), Persist: map[ns.Kind]string{ns.Mount: "/b"}}},

		{"-f", Options{Fork: true}},
		{"--forward-signals", Options{Fork: true, ForwardSignals: true}},
		{"--kill-child", Options{Fork: true, KillChild: unix.SIGKILL}},
		{"--kill-child=TERM", Options{Fork: true, KillChild: unix.SIGTERM}},
		{"--kill-child=sigRTMAX-1", Options{Fork: true, KillChild: syscall.Signal(63)}},
		{"--kill-child TERM", Options{Fork: true, KillChild: unix.SIGKILL, Program: []string{"TERM"}}},

		{"--mount-proc", Options{New: ns.SetOf(ns.Mount), MountProc: "/proc"}},
		{"--mount-proc=/p", Options{New: ns.SetOf(ns.Mount), MountProc: "/p"}},
		{"--mount-proc=/p --mount-proc", Options{New: ns.SetOf(ns.Mount), MountProc: "/proc"}},
		{"--mount-binfmt", Options{New: userMount, MountProc: "/proc", MountBinfmt: "/proc/sys/fs/binfmt_misc"}},
		{"--mount-binfmt=/b", Options{New: userMount, MountBinfmt: "/b"}},
		{"--mount-proc=/p --mount-binfmt", Options{New: userMount, MountProc: "/p", MountBinfmt: "/proc/sys/fs/binfmt_misc"}},
		{"-l :x", Options{New: userMount, MountProc: "/proc", MountBinfmt: "/proc/sys/fs/binfmt_misc", LoadInterp: ":x"}},
		{"--mount-binfmt=/b --load-interp=:x", Options{New: userMount, MountBinfmt: "/b", LoadInterp: ":x"}},
		{"-R /r -w/w", Options{Root: "/r", WD: "/w"}},

		{"--map-user=5 --map-user=root", Options{New: user, Users: idmap.Single(0)}},
		{"--map-group 7", Options{New: user, Groups: idmap.Single(7)}},
		{"-r", Options{New: user, Users: idmap.Single(0), Groups: idmap.Single(0)}},
		{"-rc", Options{New: user, Users: idmap.Single(euid), Groups: idmap.Single(egid)}},
		{"--map-users=0:1000:5 --map-users=9,8,7 --map-users=auto --map-groups=all", Options{
			New:    user,
			Users:  idmap.Spec{Sources: []idmap.Source{idmap.Range{Inside: 0, Outside: 1000, Count: 5}, idmap.Range{Inside: 8, Outside: 9, Count: 7}, idmap.Auto}},
			Groups: idmap.Spec{Sources: []idmap.Source{idmap.All}},
		}},
		{"--map-auto --map-subids", Options{
			New:    user,
			Users:  idmap.Spec{Sources: []idmap.Source{idmap.Auto, idmap.Identity}},
			Groups: idmap.Spec{Sources: []idmap.Source{idmap.Auto, idmap.Identity}},
		}},
		{"--owner=1:2", Options{New: user, Owner: &Owner{1, 2}}},
		{"--setgroups=allow", Options{Setgroups: "allow"}},
		{"--setgroups=deny -r", Options{New: user, Setgroups: "deny", Users: idmap.Single(0), Groups: idmap.Single(0)}},
		{"--setgroups=allow --owner=1:2 --map-group=3", Options{New: user, Setgroups: "allow", Owner: &Owner{1, 2}, Groups: idmap.Single(3)}},
		{"--setgroups=allow --map-group=3 --map-groups=all", Options{New: user, Setgroups: "allow",
			Groups: idmap.Spec{Single: new(uint32(3)), Sources: []idmap.Source{idmap.All}}}},
		{"--keep-caps", Options{KeepCaps: true}},

		{"-S 4294967294 -G 0", Options{UID: new(uint32(4294967294)), GID: new(uint32(0))}},
		{"-T --monotonic=-5 --boottime=9223372036854775807", Options{New: ns.SetOf(ns.Time), Monotonic: new(int64(-5)), Boottime: new(int64(9223372036854775807))}},
		{"--monotonic=0 -T", Options{New: ns.SetOf(ns.Time), Monotonic: new(int64(0))}},

		{"--clear-env", Options{ClearEnv: true}},
		{"--whitelist-env=A,B,,A --whitelist-env C", Options{ClearEnv: true, KeepEnv: []string{"A", "B", "C"}}},
		{"--dry-run", Options{DryRun: plan.Steps}},
		{"--dry-run=json -n", Options{DryRun: plan.JSON, New: ns.SetOf(ns.Net)}},
	} {
		test.want.Propagation = "private"
		got, err := Parse("unshare", strings.Fields(test.args))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, %v; want %+v", test.args, got, err, test.want)
		}
	}
}

func TestParsePropagation(t *testing.T) {
	for _, mode := range []string{"private", "shared", "slave", "unchanged"} {
		if o, err := Parse("unshare", []string{"--propagation", mode}); err != nil || o.Propagation != mode || o.New != 0 {
			t.Errorf("%s: %+v, %v", mode, o, err)
		}
	}
}

// run parses and returns what a caller of the command sees.
func run(args []string) (status int, stdout, stderr string) {
	_, err := Parse("unshare", args)
	if err == nil {
		return 0, "", ""
	}
	var out, errout bytes.Buffer
	status = getopt.Exit("unshare", err, &out, &errout)
	return status, out.String(), errout.String()
}

func TestHelp(t *testing.T) {
	status, out, errout := run([]string{"-U", "-h", "--bogus"})
	if status != 0 || errout != "" || !strings.HasPrefix(out, "Usage: unshare [OPTION...] [PROGRAM [ARG...]]\n") {
		t.Errorf("status %d, stderr %q, stdout:\n%s", status, errout, out)
	}
	for _, f := range flags {
		if !strings.Contains(out, f.Label()) {
			t.Errorf("no %s", f.Label())
		}
	}
	for _, line := range strings.Split(out, "\n") {
		if len(line) > 80 {
			t.Errorf("line of %d characters: %s", len(line), line)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, arg := range []string{"-V", "--version", "--vers"} {
		if status, out, errout := run([]string{arg}); status != 0 || errout != "" || !strings.HasPrefix(out, "unshare from isle ") {
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
		if (f.Arg == getopt.None) != (f.ArgName == "") || f.take == nil || f.Help == "" || f.Group == "" {
			t.Errorf("--%s is not complete: %+v", f.Long, f.Option)
		}
	}
}

// FuzzParse looks for panics, and for options that are not consistent.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"-Urmpf\n--mount-proc\nls", "--map-users=0:1:2\n-S\n4294967297", "--kill-child=RTMIN+256", "--owner=1:", "-l\n\n--boottime=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := Parse("unshare", strings.Split(text, "\n"))
		if err != nil {
			if !reflect.DeepEqual(o, Options{}) {
				t.Errorf("options beside an error: %+v", o)
			}
			return
		}
		if (o.KillChild != 0 || o.ForwardSignals) && !o.Fork {
			t.Errorf("no fork: %+v", o)
		}
		if (o.Users.Single != nil || o.Groups.Sources != nil || o.Owner != nil || o.MountBinfmt != "") && !o.New.Has(ns.User) {
			t.Errorf("no user namespace: %+v", o)
		}
		if (o.MountProc != "" || o.LoadInterp != "") && !o.New.Has(ns.Mount) {
			t.Errorf("no mount namespace: %+v", o)
		}
		if (o.Monotonic != nil || o.Boottime != nil) && !o.New.Has(ns.Time) {
			t.Errorf("no time namespace: %+v", o)
		}
	})
}
