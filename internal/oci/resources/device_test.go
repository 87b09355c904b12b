package resources

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// decides is what the specification says of rules in order: the last one about
// a device and an access decides.
func decides(rules []rule, kind byte, major, minor uint32, a access) bool {
	for bit := accessMknod; bit <= accessWrite; bit <<= 1 {
		allowed := false
		for _, r := range rules {
			if (r.kind == 'a' || r.kind == kind) && (r.major == wildcard || r.major == major) &&
				(r.minor == wildcard || r.minor == minor) && r.access&bit != 0 {
				allowed = r.allow
			}
		}
		if a&bit != 0 && !allowed {
			return false
		}
	}
	return true
}

// place is a group and a process in it that opens devices.
type place struct {
	t     *testing.T
	group *Group
	child *child
	dir   string
}

// needDevices gives a place in each version of cgroups that is here. Version 2
// asks device programs even where it has no controllers.
func needDevices(t *testing.T) map[string]*place {
	t.Helper()
	needGroups(t)
	if os.Geteuid() != 0 {
		t.Skip("only root makes devices")
	}
	places := map[string]*place{}
	g := create(t, nil)
	if g.v1("devices") != nil {
		places["v1"] = &place{t: t, group: g}
	}
	for _, mount := range []string{known, knownUnified} {
		tree := Tree{V2: true, Mount: mount, Path: strings.TrimPrefix(config(t).Path, "/")}
		if tree.open() != nil {
			continue
		}
		tree.close()
		g := &Group{Trees: []Tree{tree}}
		t.Cleanup(func() { sweep(t, g) })
		if err := g.create(nil); err != nil {
			t.Fatal(err)
		}
		places["v2"] = &place{t: t, group: g}
	}
	for _, p := range places {
		p.child, p.dir = newChild(t), t.TempDir()
		if err := p.group.Join(p.child.pid()); err != nil {
			t.Fatal(err)
		}
		probe := p.node('c', 1, 3)
		if fd, err := unix.Open(probe, unix.O_RDONLY, 0); err != nil {
			t.Skipf("devices cannot be opened in %s: %v", p.dir, err)
		} else {
			unix.Close(fd)
		}
	}
	return places
}

func mode(kind byte) uint32 {
	if kind == 'b' {
		return unix.S_IFBLK | 0o666
	}
	return unix.S_IFCHR | 0o666
}

// node makes a device as this process, which may.
func (p *place) node(kind byte, major, minor uint32) string {
	path := fmt.Sprintf("%s/%c%d-%d", p.dir, kind, major, minor)
	if err := unix.Mknod(path, mode(kind), int(unix.Mkdev(major, minor))); err != nil && err != unix.EEXIST {
		p.t.Fatal(err)
	}
	return path
}

// allowed has the process try it. A device without a driver is no denial.
func (p *place) allowed(kind byte, major, minor uint32, a access) bool {
	p.t.Helper()
	said := ""
	switch a {
	case accessMknod:
		path := p.dir + "/new"
		said = p.child.try("mknod %s %d %d", path, mode(kind), unix.Mkdev(major, minor))
		_ = os.Remove(path)
	case accessRead:
		said = p.child.try("open %s %d", p.node(kind, major, minor), unix.O_RDONLY)
	case accessWrite:
		said = p.child.try("open %s %d", p.node(kind, major, minor), unix.O_WRONLY)
	case accessRead | accessWrite:
		said = p.child.try("open %s %d", p.node(kind, major, minor), unix.O_RDWR)
	}
	return said != "operation not permitted"
}

func device(allow bool, kind string, major, minor int64, access string) specs.LinuxDeviceCgroup {
	return specs.LinuxDeviceCgroup{Allow: allow, Type: kind, Major: &major, Minor: &minor, Access: access}
}

// TestDevices opens and makes real devices under rules.
func TestDevices(t *testing.T) {
	for version, p := range needDevices(t) {
		for _, c := range []struct {
			name  string
			rules []specs.LinuxDeviceCgroup
			yes   []string // "c 1:3 rw"
			no    []string
		}{
			{"none", nil, []string{"c 1:3 rw", "c 1:5 r", "c 10:200 rw", "c 240:1 m", "b 7:0 m", "c 136:9 rw"}, []string{"b 7:0 r", "c 1:1 r", "c 10:229 r", "c 5:1 w"}},
			{"deny all", []specs.LinuxDeviceCgroup{{Allow: false, Access: "rwm"}}, []string{"c 1:3 rw", "c 10:200 r"}, []string{"b 7:0 r", "c 10:229 r"}},
			{"allow all", []specs.LinuxDeviceCgroup{{Allow: true, Access: "rwm"}}, []string{"b 7:0 rw", "c 10:229 rw", "c 1:1 r"}, nil},
			{"one", []specs.LinuxDeviceCgroup{{Access: "rwm"}, device(true, "c", 10, 229, "rw")}, []string{"c 10:229 rw", "c 1:3 w"}, []string{"c 10:228 r", "b 10:229 r"}},
			{"reading", []specs.LinuxDeviceCgroup{device(true, "b", 7, -1, "r")}, []string{"b 7:0 r", "b 7:5 r", "b 7:5 m"}, []string{"b 7:0 w", "b 7:0 rw", "b 8:0 r"}},
			{"later wins", []specs.LinuxDeviceCgroup{device(true, "c", 10, 229, "rw"), device(false, "c", 10, 229, "w")}, []string{"c 10:229 r"}, []string{"c 10:229 w", "c 10:229 rw"}},
			{"all but", []specs.LinuxDeviceCgroup{{Allow: true, Access: "rwm"}, device(false, "c", 10, 229, "rwm")}, []string{"c 10:228 rw", "b 7:0 r"}, []string{"c 10:229 r", "c 10:229 w"}},
			{"both kinds", []specs.LinuxDeviceCgroup{device(true, "a", 7, 3, "rw")}, []string{"b 7:3 rw", "c 7:3 rw"}, []string{"b 7:4 r", "c 7:4 r"}},
		} {
			if err := p.group.setDevices(&specs.LinuxResources{Devices: c.rules}, false); err != nil {
				t.Errorf("%s, %s: %v", version, c.name, err)
				continue
			}
			p.check(c.name, c.yes, true)
			p.check(c.name, c.no, false)
		}
	}
}

func (p *place) check(name string, list []string, want bool) {
	p.t.Helper()
	for _, text := range list {
		var kind byte
		var major, minor uint32
		var letters string
		if _, err := fmt.Sscanf(text, "%c %d:%d %s", &kind, &major, &minor, &letters); err != nil {
			p.t.Fatal(err)
		}
		a, err := parseAccess(letters)
		if err != nil {
			p.t.Fatal(err)
		}
		if got := p.allowed(kind, major, minor, a); got != want {
			p.t.Errorf("%s: %s: allowed is %v", name, text, got)
		}
	}
}

// TestDevicesRandom compares the kernel's answers with the specification's for
// rules that nobody would think of. What version 1 cannot say it must refuse.
func TestDevicesRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for version, p := range needDevices(t) {
		refused, rounds, start := 0, 0, time.Now()
		for round := range 60 {
			if rounds++; rounds > 10 && time.Since(start) > 2*time.Second { // a slow guest
				break
			}
			var list []specs.LinuxDeviceCgroup
			for range rnd.IntN(12) {
				list = append(list, device(rnd.IntN(2) == 0, string("abc"[rnd.IntN(3)]), []int64{1, 2, -1}[rnd.IntN(3)], []int64{3, 5, -1}[rnd.IntN(3)], accessAll.random(rnd).String()))
			}
			if rnd.IntN(3) == 0 {
				list = append([]specs.LinuxDeviceCgroup{{Allow: rnd.IntN(2) == 0}}, list...)
			}
			r := &specs.LinuxResources{Devices: list}
			rules, err := parseRules(r.Devices)
			if err != nil {
				t.Fatal(err)
			}
			rules = append(rules, standard[:]...)
			if err := p.group.setDevices(r, round%2 == 1); err != nil {
				if version == "v2" || !strings.Contains(err.Error(), "except a part of an exception") {
					t.Fatalf("%s: %v: %v", version, rules, err)
				}
				refused++
				continue
			}
			for range 40 {
				kind, major, minor := "bc"[rnd.IntN(2)], uint32(1+rnd.IntN(2)), uint32(3+2*rnd.IntN(3))
				a := []access{accessMknod, accessRead, accessWrite, accessRead | accessWrite}[rnd.IntN(4)]
				if a != accessMknod { // null, zero and full; others the kernel would seek a driver for
					kind, major = 'c', 1
				}
				want := decides(rules, kind, major, minor, a)
				if got := p.allowed(kind, major, minor, a); got != want {
					t.Errorf("%s, round %d: %+v: %c %d:%d %v: allowed is %v", version, round, rules, kind, major, minor, a, got)
				}
			}
		}
		t.Logf("%s: %d lists, %d that it cannot express", version, rounds, refused)
	}
}

func (a access) random(rnd *rand.Rand) access { return access(rnd.IntN(int(a))) + 1 }

// TestDevicesMany: long lists load, and too long ones are refused before.
func TestDevicesMany(t *testing.T) {
	places := needDevices(t)
	var list []specs.LinuxDeviceCgroup
	for i := range mostRules {
		list = append(list, device(i%3 != 0, string("abc"[i%3]), int64(i%200), int64(i%7)-1, access(i%7+1).String()))
	}
	if p := places["v2"]; p != nil {
		if err := p.group.setDevices(&specs.LinuxResources{Devices: list}, false); err != nil {
			t.Error(err)
		}
		if n := len(programs(t, p.group)); n != 1 {
			t.Errorf("%d programs after two attachments", n)
		}
	}
	if _, err := parseRules(append(list, list[0])); err == nil {
		t.Error("too many rules are taken")
	}
}

// programs opens what is attached of ours.
func programs(t *testing.T, g *Group) []int {
	t.Helper()
	tree := g.v2()
	fd, err := tree.at(tree.Path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	list := ours(fd)
	for _, p := range list {
		unix.Close(p)
	}
	return list
}

// TestDevicesLive: while rules are exchanged, no access is refused that both
// allow, and none is granted that neither does.
func TestDevicesLive(t *testing.T) {
	for version, p := range needDevices(t) {
		before := descriptors(t)
		done := make(chan string)
		go func() {
			for range 500 {
				if !p.allowed('c', 1, 3, accessRead) {
					done <- "null was denied"
					return
				}
				if p.allowed('c', 1, 1, accessRead) {
					done <- "mem was allowed"
					return
				}
			}
			done <- ""
		}()
		said, running := "", true
		for i := int64(0); running; i++ {
			if err := p.group.setDevices(&specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{device(true, "c", 10, i%50, "rw")}}, i > 0 || version == "v2"); err != nil {
				t.Fatal(err)
			}
			select {
			case said = <-done:
				running = false
			default:
			}
		}
		if said != "" {
			t.Errorf("%s: %s", version, said)
		}
		if n := descriptors(t); n > before+1 {
			t.Errorf("%s: %d descriptors before, %d after", version, before, n)
		}
	}
}

func TestDeviceRules(t *testing.T) {
	for _, d := range []specs.LinuxDeviceCgroup{
		{Type: "x"}, {Type: "ab"}, {Access: "rr"}, {Access: "rwx"}, device(true, "c", -2, 0, "r"), device(true, "c", 1<<32, 0, "r"), device(true, "c", 0, 1<<40, "r"),
	} {
		err := check(&specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{d}})
		if err == nil || !strings.Contains(err.Error(), "linux.resources.devices[0]: ") {
			t.Errorf("%+v: %v", d, err)
		}
	}
}
