package idmap

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bob is an ordinary user of a system in temporary files.
func bob(t testing.TB) Host {
	return Host{EUID: 1000, EGID: 100, Files: Files{
		Passwd: file(t, "root:x:0:0::/:\nbob:x:1000:100::/:\n"),
		SubUID: file(t, "eve:1:1\nbob:100000:65536\n1000:300000:10\n"),
		SubGID: file(t, "100:1:1\nbob:200000:5\n"),
		UIDMap: file(t, "         0          0 4294967295\n"),
		GIDMap: file(t, "         0       1000          1\n         1     100000        100\n"),
	}}
}

func spec(t *testing.T, single int, args ...string) Spec {
	var s Spec
	if single >= 0 {
		s = Single(uint32(single))
	}
	for _, arg := range args {
		source, err := ParseSource(arg)
		if err != nil {
			t.Fatal(err)
		}
		s.Sources = append(s.Sources, source)
	}
	return s
}

func TestResolve(t *testing.T) {
	h := bob(t)
	for _, test := range []struct {
		spec          Spec
		users, groups string
	}{
		{Spec{}, "", ""},
		{spec(t, 0), "0 1000 1\n", "0 100 1\n"},
		{spec(t, -1, "auto"), "0 100000 65536\n", "0 200000 5\n"},
		{spec(t, -1, "subids"), "100000 100000 65536\n", "200000 200000 5\n"},
		{spec(t, -1, "all"), "0 0 4294967295\n", "0 0 1\n1 1 100\n"},
		{spec(t, 0, "auto"), "0 1000 1\n1 100000 65536\n", "0 100 1\n1 200000 5\n"},
		{spec(t, 1000, "auto"), "1000 1000 1\n0 100000 1000\n1001 101000 64536\n", "1000 100 1\n0 200000 5\n"},
		{spec(t, 1000, "subids"), "1000 1000 1\n100000 100000 65536\n", "1000 100 1\n200000 200000 5\n"},
		{spec(t, 0, "all"), "0 1000 1\n1 0 1000\n1001 1001 4294966294\n", "0 100 1\n1 1 99\n"},
		{spec(t, 0, "0:5:2", "10,20,1"), "0 1000 1\n1 5 1\n20 10 1\n", "0 100 1\n1 5 1\n20 10 1\n"},
		{spec(t, -1, "auto", "70000:7:1"), "0 100000 65536\n70000 7 1\n", "0 200000 5\n70000 7 1\n"},
		{Lines(Map{{0, 1, 2}, {2, 8, 1}}), "0 1 2\n2 8 1\n", "0 1 2\n2 8 1\n"},
		{Spec{Single: new(uint32), Sources: []Source{Rest}}, "0 1000 1\n1 100000 65536\n65537 300000 10\n", "0 100 1\n"},
	} {
		for k, want := range []string{test.users, test.groups} {
			m, err := test.spec.Resolve(h, Kind(k))
			if diff := cmp.Diff(want, m.String()); err != nil || diff != "" {
				t.Errorf("%v, %ss: %v\n%s", test.spec, Kind(k), err, diff)
			}
		}
	}
}

// TestAutoInOwnRange has the user's own id among the subordinate ones: the map
// must not reach beyond the ids that are granted.
func TestAutoInOwnRange(t *testing.T) {
	h := Host{EUID: 1003, User: "bob", Files: Files{SubUID: file(t, "bob:1000:10\n")}}
	m, err := spec(t, 0, "auto").Resolve(h, Users)
	if want := "0 1003 1\n1 1000 3\n4 1004 6\n"; err != nil || m.String() != want {
		t.Errorf("%v, %v, want %s", m, err, want)
	}
}

func TestResolveFails(t *testing.T) {
	h := bob(t)
	h.Files.SubUID = file(t, "eve:1:1\n")
	h.Files.SubGID = filepath.Join(t.TempDir(), "none")
	h.Files.UIDMap = file(t, "nonsense\n")
	for _, test := range []struct {
		spec Spec
		kind Kind
		want string
	}{
		{spec(t, 0, "auto"), Users, `no line matching user "bob" in ` + h.Files.SubUID},
		{spec(t, 0, "subids"), Users, `no line matching user "bob" in ` + h.Files.SubUID},
		{spec(t, 0, "auto"), Groups, "open " + h.Files.SubGID + ": no such file or directory"},
		{spec(t, 0, "all"), Users, "read " + h.Files.UIDMap + `: id map line "nonsense": not three numbers`},
		{spec(t, -1, "0:0:10", "9:20:1"), Users, `uid_map: lines "0 0 10" and "9 20 1" overlap inside`},
		{spec(t, -1, "0:0:10", "10:9:1"), Groups, `gid_map: lines "0 0 10" and "10 9 1" overlap outside`},
		{Lines(Map{{0, 0, 0}}), Groups, `gid_map: line "0 0 0": the count is 0`},
		{Lines(Map{{0, 4294967295, 1}}), Users, `uid_map: line "0 4294967295 1": the range goes beyond the last id, 4294967294`},
		{Lines(limits()["341 lines"]), Users, "uid_map: too many lines: 341, and the kernel takes 340"},
	} {
		if m, err := test.spec.Resolve(h, test.kind); m != nil || err == nil || err.Error() != test.want {
			t.Errorf("%v: %v, %v, want %s", test.spec, m, err, test.want)
		}
	}
}

func TestNameless(t *testing.T) {
	h := bob(t)
	h.Files.Passwd = filepath.Join(t.TempDir(), "none")
	if m, err := spec(t, -1, "auto").Resolve(h, Users); err != nil || m.String() != "0 300000 10\n" {
		t.Errorf("by number alone: %v, %v", m, err)
	}
}

func TestRootless(t *testing.T) {
	h := bob(t)
	h.Path = t.TempDir()
	h.Files.GIDMap = h.Files.UIDMap
	alone := Maps{Map{{0, 1000, 1}}, Map{{0, 100, 1}}, ""}
	check := func(want Maps) {
		t.Helper()
		got, err := Rootless(h)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	alone.Missing = "newuidmap, which maps subordinate ids, is not installed"
	check(alone)
	for k := range Kind(2) {
		if err := os.WriteFile(filepath.Join(h.Path, k.Tool()), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	check(Maps{Map{{0, 1000, 1}, {1, 100000, 65536}, {65537, 300000, 10}}, Map{{0, 100, 1}, {1, 200000, 5}}, ""})

	// A line granted twice, and a container that has a part of the ids only.
	h.Files.SubUID = file(t, "bob:100000:10\n1000:100005:10\n")
	check(Maps{Map{{0, 1000, 1}, {1, 100000, 10}, {11, 100010, 5}}, Map{{0, 100, 1}, {1, 200000, 5}}, ""})
	h.Files.UIDMap = file(t, "0 1000 1\n1 5000 100004\n100005 900000 7\n")
	check(Maps{Map{{0, 1000, 1}, {1, 100000, 5}, {6, 100005, 5}, {11, 100010, 2}}, Map{{0, 100, 1}, {1, 200000, 5}}, ""})

	h.Files.SubGID = file(t, "")
	alone.Missing = "no usable subordinate group ids for this user in " + h.Files.SubGID
	check(alone)
	h.Files.SubGID = file(t, "bob:1:x")
	if m, err := Rootless(h); err == nil {
		t.Errorf("of a malformed file: %v", m)
	}
}

func TestTool(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.Mkdir("newuidmap", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("newgidmap", nil, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		kind       Kind
		path, want string
	}{{Users, dir, ""}, {Groups, dir, dir + "/newgidmap"}, {Groups, ":.", ""}, {Groups, "", ""}, {Groups, "/none:" + dir, dir + "/newgidmap"}} {
		if got := (Host{Path: test.path}).Tool(test.kind); got != test.want {
			t.Errorf("%s in %q: %q, want %q", test.kind.Tool(), test.path, got, test.want)
		}
	}
}

func TestWriter(t *testing.T) {
	for _, test := range []struct {
		m    Map
		want bool
	}{
		{Map{{0, 1000, 1}}, true},
		{Map{{5, 1000, 1}}, true},
		{nil, false},
		{Map{{0, 1001, 1}}, false},
		{Map{{0, 1000, 2}}, false},
		{Map{{0, 1000, 1}, {1, 100000, 1}}, false},
	} {
		if got := SelfWritable(test.m, 1000); got != test.want {
			t.Errorf("%v: %v", test.m, got)
		}
	}
	got := HelperArgs("newuidmap", 42, Map{{0, 1000, 1}, {1, 4294967294, 1}})
	if want := []string{"newuidmap", "42", "0", "1000", "1", "1", "4294967294", "1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
