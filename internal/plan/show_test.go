package plan

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/spawn/nofile"
	"isle/ns"
	"isle/test/golden"
)

// island is a small container, as isle run makes it.
func island() *Plan {
	root := &Root{Dir: "/srv/my root"}
	id := uint32(1000)
	home := &Bind{Root: root, Source: "/home/it's", Target: "/data", Attributes: unix.MOUNT_ATTR_RDONLY}
	p := &Plan{}
	p.Add(
		&Create{Kinds: ns.SetOf(ns.User, ns.Mount, ns.PID, ns.Net, ns.UTS)},
		&IDMap{UID: "0 100000 65536\n", GID: "0 100000 65536\n", UIDBy: ByParent, GIDBy: ByParent},
		&Propagation{Mode: "private", Target: "/"},
		&Take{Binds: []*Bind{home}},
		&BindRoot{Root: root},
		&Fresh{Root: root, MountType: MountType{Source: "proc", Target: "/proc", Type: "proc", Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC}},
		home,
		&Mask{Root: root, Base: "/proc", Files: []string{"kcore"}, Dirs: []string{"acpi"}, ReadOnly: []string{"sys"}},
		&Pivot{Root: root},
		&Hostname{Host: "island"},
		&Loopback{},
		&Identity{UID: &id, GID: &id, DropGroups: true},
		&NoNewPrivs{},
		&Landlock{ABI: 5, ReadOnly: []string{"/usr", "/odd\nname"}},
		&Handover{},
		&Init{Exec: &Exec{Program: "sh", Path: []string{"/bin"}, Args: []string{"sh", "-c", "echo \"$HOME\""}, Env: []string{"A=b"}}},
	)
	return p
}

// enter is what isle nsenter does with a fork.
func enter() *Plan {
	target := &Target{PID: 42}
	tunnel := &Tunnel{Dir: "/proc/42/root"}
	p := &Plan{Undumpable: true}
	p.Add(target, tunnel,
		&JoinProcess{Target: target, Kinds: ns.SetOf(ns.User, ns.Mount, ns.PID)},
		&Create{},
		&Surface{Root: tunnel},
		&Follow{Target: target, UID: true, GID: true},
		&Exec{Program: "-sh", Path: []string{"/bin", ""}, Args: []string{"-sh"}})
	return p
}

// unshare is what isle unshare does without a fork.
func unshare() *Plan {
	monotonic := int64(-5)
	p := &Plan{InPlace: true}
	p.Add(
		&Create{Kinds: ns.SetOf(ns.User, ns.Time), InPlace: true},
		&IDMap{UID: "0 1000 1\n", GID: "0 1000 1\n5 100005 1\n", GIDBy: ByProgram, GIDTool: "/usr/bin/newgidmap", Setgroups: "deny"},
		&TimeOffsets{Monotonic: &monotonic},
		&Handover{Keep: 1},
		&Exec{Program: "/bin/true", Args: []string{"true"}})
	return p
}

func TestShow(t *testing.T) {
	// What a plan gives back depends on the limit that the tests were started with.
	defer func(was [2]uint64) { nofile.Limit = was }(nofile.Limit)
	nofile.Limit[0] = nofile.Limit[1]
	for name, p := range map[string]*Plan{"island": island(), "enter": enter(), "unshare": unshare()} {
		for _, form := range []Form{Steps, Shell, Syscalls, JSON} {
			var got strings.Builder
			if err := p.Show(&got, form); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, filepath.Join("testdata", name+"."+string(form)), got.String())
		}
	}
}

func TestParseForm(t *testing.T) {
	for name, want := range map[string]Form{"": Steps, "steps": Steps, "shell": Shell, "syscalls": Syscalls, "json": JSON} {
		if f, err := ParseForm(name); f != want || err != nil {
			t.Errorf("%q is %q, %v", name, f, err)
		}
	}
	if _, err := ParseForm("xml"); err == nil || !strings.Contains(err.Error(), `"xml"`) {
		t.Errorf("got %v", err)
	}
}

func TestOneLine(t *testing.T) {
	if got, want := oneLine("a\nb\x1b[31m é\x00"), `a\nb\x1b[31m é\x00`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzPlan composes a plan of steps, each made of some text, and checks that
// it can be shown in all forms and that the forms are what they say they are.
func FuzzPlan(f *testing.F) {
	for _, text := range []string{"", "plain", "a b", "a\n) ' \" ` $( ; |", "-x", "\xff", "'; exit 1 #", "\\", "#", "é", "~"} {
		f.Add(text, byte(3), []byte{255, 255, 255, 255, 255, 255})
		f.Add(text, byte(200), []byte{0x5a, 0xa5, 0x3c, 0xc3, 0x96, 0x69})
	}
	f.Fuzz(func(t *testing.T, text string, n byte, choice []byte) {
		if strings.ContainsRune(text, 0) {
			t.Skip("callers refuse NUL bytes")
		}
		p := compose(samples(text, int(n)), choice)
		p.InPlace = n%5 == 0
		checkForms(t, p)
		l := p.show()
		if err := l.Load(make([]byte, l.Size()), 1<<20); err != nil {
			t.Errorf("the program is refused: %v", err)
		}
		for _, part := range l.Parts {
			o := outsideBuilder()
			part.Add(o.Builder, "1")
			o.finish()
			if err := o.Load(make([]byte, o.Size()), 1<<20); err != nil {
				t.Errorf("part of step %d is refused: %v", part.Step, err)
			}
		}
	})
}

// compose keeps the chosen steps and those that others refer to, and ends with
// an Exec. An init and a terminal have no place in a plan without a child.
func compose(steps []Step, choice []byte) *Plan {
	p := &Plan{}
	for n, s := range steps {
		needed := false
		switch s.(type) {
		case *Target, *Tunnel, *BindRoot, *Exec:
			needed = true
		}
		if needed || n/8 < len(choice) && choice[n/8]>>(n%8)&1 != 0 {
			p.Add(s)
		}
	}
	return p
}

func checkForms(t *testing.T, p *Plan) {
	t.Helper()
	shown := map[Form]string{}
	for _, form := range []Form{Steps, Shell, Syscalls, JSON} {
		var b strings.Builder
		if err := p.Show(&b, form); err != nil {
			t.Fatal(err)
		}
		shown[form] = b.String()
	}
	if n := strings.Count(shown[Steps], "\n"); n != len(p.Steps) {
		t.Errorf("%d steps in %d lines:\n%s", len(p.Steps), n, shown[Steps])
	}
	var decoded planJSON
	if err := json.Unmarshal([]byte(shown[JSON]), &decoded); err != nil || len(decoded.Steps) != len(p.Steps) {
		t.Errorf("JSON of %d steps has %d: %v", len(p.Steps), len(decoded.Steps), err)
	}
	parses(t, shown[Shell])
	parses(t, lines(p))
}

// lines are those of all levels of the script, which in it are words to a
// shell within a shell.
func lines(p *Plan) string {
	sh := newScript()
	for _, s := range p.Steps {
		s.Shell(sh)
	}
	var all []string
	for _, l := range sh.levels {
		all = append(all, l.lines...)
	}
	return strings.Join(append(all, sh.outer...), "\n")
}

func parses(t *testing.T, script string) {
	t.Helper()
	cmd := exec.Command("sh", "-n")
	cmd.Stdin = strings.NewReader(script)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("sh -n: %v: %s\n%s", err, out, script)
	}
}

func TestCreated(t *testing.T) {
	p := island()
	if p.Created(0) != 0 || !reflect.DeepEqual(p.Created(1), ns.SetOf(ns.User, ns.Mount, ns.PID, ns.Net, ns.UTS)) {
		t.Error(p.Created(0), p.Created(1))
	}
}
