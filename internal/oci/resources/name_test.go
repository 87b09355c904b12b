package resources

import (
	"path"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func TestCleanPath(t *testing.T) {
	for name, want := range map[string]string{
		"/a/b": "a/b", "a/b/": "a/b", "//a//b": "a/b", "./a/./b": "a/b", "/kubepods/burstable/pod1/x:y": "kubepods/burstable/pod1/x:y",
	} {
		if got, relative, err := cleanPath(name); err != nil || got != want || relative != (name[0] != '/') {
			t.Errorf("%q: %q, %v, %v", name, got, relative, err)
		}
	}
	for _, name := range []string{"", "/", "//", ".", "/../a", "a/..", "a/../../b", "/a\nb", "a\x00b", "/" + strings.Repeat("x", 256), strings.Repeat("/xxxxxxx", 600)} {
		if got, _, err := cleanPath(name); err == nil || !strings.Contains(err.Error(), "linux.cgroupsPath") || len(err.Error()) > 500 {
			t.Errorf("%.50q: %q, %v", name, got, err)
		}
	}
}

func TestParseUnit(t *testing.T) {
	for _, c := range []struct {
		path     string
		rootless bool
		unit     string
		slice    string
		dir      string
	}{
		{"machine.slice:libpod:abc", false, "libpod-abc.scope", "machine.slice", "machine.slice"},
		{"kubepods-burstable-pod1.slice:cri-containerd:abc", false, "cri-containerd-abc.scope", "kubepods-burstable-pod1.slice", "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice"},
		{"", false, "isle-id.scope", "system.slice", "system.slice"},
		{"", true, "isle-id.scope", "user.slice", "user.slice"},
		{":libpod:abc", true, "libpod-abc.scope", "user.slice", "user.slice"},
		{"-.slice::abc", false, "abc.scope", "-.slice", ""},
	} {
		u, err := parseUnit(Config{Path: c.path, ID: "id", Rootless: c.rootless})
		if err != nil || u.Name != c.unit || u.Slice != c.slice || u.User != c.rootless {
			t.Errorf("%q: %+v, %v", c.path, u, err)
			continue
		}
		if dir, err := expandSlice(u.Slice); err != nil || dir != c.dir {
			t.Errorf("%q: %q, %v", u.Slice, dir, err)
		}
	}
	for _, path := range []string{"a", "a:b", "a:b:c", "a.slice:b:c:d", "/a.slice:b:c", "-a.slice:b:c", "a--b.slice:b:c", "a-.slice:b:c", ".slice:b:c", "a.slice:b:", "a.slice:b:c/d", "a.slice:..:/c", "a.slice:b:c\nd", "a.slice:b:" + strings.Repeat("x", 300), "../a.slice:b:c", "a.slice:.b:c"} {
		if u, err := parseUnit(Config{Path: path, ID: "id"}); err == nil || !strings.Contains(err.Error(), "linux.cgroupsPath") {
			t.Errorf("%q: %+v, %v", path, u, err)
		}
	}
	u, err := parseUnit(Config{ID: "id", Annotations: map[string]string{"org.systemd.property.TimeoutStopUSec": "uint64 1", "other": "x", "org.systemd.property.": "x"}})
	if err != nil || len(u.Props) != 1 || u.Props[0] != (Prop{"TimeoutStopUSec", "uint64 1"}) {
		t.Errorf("%+v, %v", u, err)
	}
}

// FuzzPath: whatever is taken stays below the hierarchy and is clean.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"/a/b", "a/../b", "//", "a.slice:b:c", "kubepods-a-b.slice:cri:x", "/\x00", "..", "-.slice::x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if clean, _, err := cleanPath(s); err == nil {
			local(t, clean)
		}
		if clean, err := cleanBelow(s); err == nil && clean != "" {
			local(t, clean)
		}
		if u, err := parseUnit(Config{Path: s, ID: "id"}); err == nil {
			dir, err := expandSlice(u.Slice)
			if err != nil {
				t.Fatal(err)
			}
			local(t, below(dir, u.Name))
			if strings.Contains(u.Name, "/") || !strings.HasSuffix(u.Name, ".scope") {
				t.Fatalf("unit %q", u.Name)
			}
		}
	})
}

func local(t *testing.T, name string) {
	if name == "" || name[0] == '/' || path.Clean(name) != name || name == ".." || strings.HasPrefix(name, "../") || strings.ContainsAny(name, "\x00\n") {
		t.Fatalf("%q", name)
	}
}

func FuzzMemberships(f *testing.F) {
	f.Add("9:name=systemd:/\n4:memory:/a/b\n0::/\n")
	f.Add("0::/../x (deleted)\n")
	f.Add(":::")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := parseMemberships(s)
		if err != nil {
			return
		}
		for _, m := range list {
			if !strings.HasPrefix(m.path, "/") || m.v2 && m.controllers != "" {
				t.Fatalf("%+v", m)
			}
		}
	})
}

// FuzzFiles: what the kernel says is parsed without a panic, in bounded memory.
func FuzzFiles(f *testing.F) {
	f.Add("a *:* rwm\nc 1:3 r\n")
	f.Add("0-3,7,4294967295-4294967296")
	f.Add("8:0 Read 4096\nTotal 0\n")
	f.Add("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
	f.Fuzz(func(t *testing.T, s string) {
		if l, err := parseDeviceList(s); err == nil && l.allow && len(l.exceptions) > 0 {
			t.Fatalf("%+v", l)
		}
		if n := processors(s); len(n) > mostProcessors {
			t.Fatalf("%d processors", len(n))
		}
		_, _ = appendPids(nil, s)
		_ = keys(s)
		_ = keyed(s, "oom_kill")
		_ = pageName(s)
		_ = mask(s)
	})
}

// FuzzRules: the table says what the rules say.
func FuzzRules(f *testing.F) {
	f.Add([]byte{1, 'c', 1, 3, 7, 0, 'a', 255, 255, 7, 1, 'b', 255, 0, 2})
	f.Fuzz(func(t *testing.T, b []byte) {
		var rules []rule
		number := func(n byte) uint32 {
			if n%4 == 3 {
				return wildcard
			}
			return uint32(n % 4)
		}
		for ; len(b) >= 5 && len(rules) < 20; b = b[5:] {
			rules = append(rules, rule{b[0]%2 == 0, "abc"[b[1]%3], number(b[2]), number(b[3]), access(b[4] % 8)})
		}
		table, err := tabulate(rules)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []byte("bc") {
			for major := range uint32(4) {
				for minor := range uint32(4) {
					for a := range access(8) {
						if got, want := fits(table, kind, major, minor)&a == a, decides(rules, kind, major, minor, a); got != want {
							t.Fatalf("%+v: %v: %c %d:%d %v: %v", rules, table, kind, major, minor, a, got)
						}
					}
				}
			}
		}
	})
}

func fits(table []verdict, kind byte, major, minor uint32) access {
	for _, v := range table {
		if v.covers(verdict{kind: kind, major: major, minor: minor}) {
			return v.allowed
		}
	}
	return 0
}

func TestCheck(t *testing.T) {
	for field, r := range map[string]specs.LinuxResources{
		"pids.limit":         {Pids: &specs.LinuxPids{Limit: ptr(int64(-2))}},
		"memory.limit":       {Memory: &specs.LinuxMemory{Limit: ptr(int64(-7))}},
		"memory.swap":        {Memory: &specs.LinuxMemory{Limit: ptr(int64(100)), Swap: ptr(int64(99))}},
		"memory.swappiness":  {Memory: &specs.LinuxMemory{Swappiness: ptr(uint64(101))}},
		"cpu.idle":           {CPU: &specs.LinuxCPU{Idle: ptr(int64(2))}},
		"cpu.burst":          {CPU: &specs.LinuxCPU{Quota: ptr(int64(1000)), Burst: ptr(uint64(1001))}},
		"cpu.cpus":           {CPU: &specs.LinuxCPU{Cpus: "0\n1"}},
		"cpu.mems":           {CPU: &specs.LinuxCPU{Mems: "x"}},
		"blockIO.weight":     {BlockIO: &specs.LinuxBlockIO{Weight: ptr(uint16(5))}},
		"blockIO.leafWeight": {BlockIO: &specs.LinuxBlockIO{LeafWeight: ptr(uint16(1001))}},
		"blockIO.throttleReadBpsDevice": {BlockIO: &specs.LinuxBlockIO{ThrottleReadBpsDevice: []specs.LinuxThrottleDevice{
			{LinuxBlockIODevice: specs.LinuxBlockIODevice{Major: -1}}}}},
		"hugepageLimits[0].pageSize": {HugepageLimits: []specs.LinuxHugepageLimit{{Pagesize: "../../x"}}},
		"network.priorities":         {Network: &specs.LinuxNetwork{Priorities: []specs.LinuxInterfacePriority{{Name: "a b"}}}},
		"rdma":                       {Rdma: map[string]specs.LinuxRdma{"a\nb": {}}},
		`unified["a/b.c"]`:           {Unified: map[string]string{"a/b.c": "1"}},
		`unified["nodot"]`:           {Unified: map[string]string{"nodot": "1"}},
		`unified["cgroup.procs"]`:    {Unified: map[string]string{"cgroup.procs": "1"}},
		`unified["cgroup.kill"]`:     {Unified: map[string]string{"cgroup.kill": "1"}},
		"devices[0]":                 {Devices: []specs.LinuxDeviceCgroup{{Type: "q"}}},
	} {
		err := check(&r)
		if err == nil || !strings.HasPrefix(err.Error(), "linux.resources."+field+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", field, err)
		}
	}
	both := check(&specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(-2))}, CPU: &specs.LinuxCPU{Idle: ptr(int64(2))}})
	if both == nil || strings.Count(both.Error(), "linux.resources.") != 2 {
		t.Errorf("not all at once: %v", both)
	}
}

func TestHint(t *testing.T) {
	for i := range hints {
		for j := range i {
			if hints[i].errno == hints[j].errno && strings.HasPrefix(hints[i].file, hints[j].file) {
				t.Errorf("hint %d, of %q, is behind %q", i, hints[i].file, hints[j].file)
			}
		}
	}
}
