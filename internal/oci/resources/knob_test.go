package resources

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestKnobs sets every property by itself and reads its file back. A kernel
// without the file must say so, by the file's name.
func TestKnobs(t *testing.T) {
	needGroups(t)
	for _, c := range []struct {
		field string
		r     specs.LinuxResources
		v1    string // what the file says afterwards
		v2    string
	}{
		{"pids.limit", specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(77))}}, "77", "77"},
		{"pids.limit", specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(-1))}}, "max", "max"},
		{"pids.limit", specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(0))}}, "1", "1"},
		{"cpu.cpus", specs.LinuxResources{CPU: &specs.LinuxCPU{Cpus: "0"}}, "0", "0"},
		{"cpu.mems", specs.LinuxResources{CPU: &specs.LinuxCPU{Mems: "0"}}, "0", "0"},
		{"cpu.shares", specs.LinuxResources{CPU: &specs.LinuxCPU{Shares: ptr(uint64(512))}}, "512", "59"},
		{"cpu.shares", specs.LinuxResources{CPU: &specs.LinuxCPU{Shares: ptr(uint64(1024))}}, "1024", "100"},
		{"cpu.idle", specs.LinuxResources{CPU: &specs.LinuxCPU{Idle: ptr(int64(1))}}, "1", "1"},
		{"cpu.period", specs.LinuxResources{CPU: &specs.LinuxCPU{Period: ptr(uint64(50000))}}, "50000", ""},
		{"cpu.quota", specs.LinuxResources{CPU: &specs.LinuxCPU{Period: ptr(uint64(50000))}}, "", "max 50000"},
		{"cpu.quota", specs.LinuxResources{CPU: &specs.LinuxCPU{Quota: ptr(int64(20000))}}, "20000", "20000 100000"},
		{"cpu.quota", specs.LinuxResources{CPU: &specs.LinuxCPU{Quota: ptr(int64(2000000)), Period: ptr(uint64(1000000))}}, "2000000", "2000000 1000000"},
		{"cpu.burst", specs.LinuxResources{CPU: &specs.LinuxCPU{Quota: ptr(int64(20000)), Burst: ptr(uint64(10000))}}, "10000", "10000"},
		{"cpu.realtimePeriod", specs.LinuxResources{CPU: &specs.LinuxCPU{RealtimePeriod: ptr(uint64(900000))}}, "900000", ""},
		{"memory.limit", specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: ptr(int64(64 << 20))}}, "67108864", "67108864"},
		{"memory.limit", specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: ptr(int64(-1))}}, "9223372036854771712", "max"},
		{"memory.swap", specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: ptr(int64(64 << 20)), Swap: ptr(int64(96 << 20))}}, "100663296", "33554432"},
		{"memory.swap", specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: ptr(int64(64 << 20)), Swap: ptr(int64(64 << 20))}}, "67108864", "0"},
		{"memory.swap", specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: ptr(int64(64 << 20)), Swap: ptr(int64(-1))}}, "9223372036854771712", "max"},
		{"memory.reservation", specs.LinuxResources{Memory: &specs.LinuxMemory{Reservation: ptr(int64(32 << 20))}}, "33554432", "33554432"},
		{"memory.kernelTCP", specs.LinuxResources{Memory: &specs.LinuxMemory{KernelTCP: ptr(int64(32 << 20))}}, "33554432", ""},
		{"memory.swappiness", specs.LinuxResources{Memory: &specs.LinuxMemory{Swappiness: ptr(uint64(0))}}, "0", ""},
		{"memory.disableOOMKiller", specs.LinuxResources{Memory: &specs.LinuxMemory{DisableOOMKiller: ptr(true)}}, "oom_kill_disable 1", ""},
		{"blockIO.weight", specs.LinuxResources{BlockIO: &specs.LinuxBlockIO{Weight: ptr(uint16(500))}}, "500", "default 4950"},
		{"blockIO.leafWeight", specs.LinuxResources{BlockIO: &specs.LinuxBlockIO{LeafWeight: ptr(uint16(500))}}, "500", ""},
		{"network.classID", specs.LinuxResources{Network: &specs.LinuxNetwork{ClassID: ptr(uint32(0x100001))}}, "1048577", ""},
		{"network.priorities", specs.LinuxResources{Network: &specs.LinuxNetwork{Priorities: []specs.LinuxInterfacePriority{{Name: "lo", Priority: 7}}}}, "lo 7", ""},
		{"rdma", specs.LinuxResources{Rdma: map[string]specs.LinuxRdma{"mlx5_1": {HcaHandles: ptr(uint32(3)), HcaObjects: ptr(uint32(10000))}}}, "mlx5_1", "mlx5_1"},
	} {
		name := c.field
		k := knobOf(t, name)
		g := resolve(t, config(t))
		err := g.Create(&c.r)
		tree := g.tree(k.controller)
		v2 := tree != nil && tree.V2
		want, files := c.v1, k.v1
		if v2 {
			want, files = c.v2, k.v2
		}
		if v2 && files[0].name == "" {
			if !errors.Is(err, errNoV2) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			missing(t, g, k, err)
			continue
		}
		file := files[0].name
		if !has(g, k.controller, file) && files[1].name != "" {
			file = files[1].name
		}
		if text := read(t, g, k.controller, file); want != "" && !strings.Contains("\n"+text+"\n", "\n"+want+"\n") {
			t.Errorf("%s of %s: %q instead of %q", name, file, text, want)
		}
		if err := g.Delete(); err != nil {
			t.Error(err)
		}
	}
}

func knobOf(t *testing.T, field string) *knob {
	for i := range knobs {
		if knobs[i].field == field {
			return &knobs[i]
		}
	}
	t.Fatal("no knob ", field)
	return nil
}

// missing checks an error for a property that this kernel cannot have.
func missing(t *testing.T, g *Group, k *knob, err error) {
	t.Helper()
	tree := g.tree(k.controller)
	here := tree != nil && !tree.V2
	if tree != nil && tree.V2 {
		top := Tree{V2: true, Mount: tree.Mount}
		here = top.enabled(controllerV2(k.controller))
	}
	switch {
	case !here && strings.Contains(err.Error(), controllerV2(k.controller)):
		t.Logf("%s: no such controller here: %v", k.field, err)
	case here && k.controller == "rdma" && errors.Is(err, unix.ENODEV):
		t.Logf("no such device here: %v", err)
	case here && errors.Is(err, unix.ENOENT) && strings.Contains(err.Error(), tree.Dir()):
		t.Logf("%s: no such file here: %v", k.field, err)
	default:
		t.Errorf("%s: %v", k.field, err)
	}
	if l := left(g); l != nil {
		t.Errorf("%s: left: %v", k.field, l)
	}
}

// TestAllProperties: there is no property of the specification that no knob sees.
func TestAllProperties(t *testing.T) {
	known := map[string]bool{
		// Taken elsewhere, or taken to be so always.
		"devices": true, "hugepageLimits": true, "unified": true,
		"memory.kernel": true, "memory.useHierarchy": true, "memory.checkBeforeUpdate": true,
	}
	for i := range knobs {
		known[knobs[i].field] = true
	}
	var walk func(prefix string, of reflect.Type)
	walk = func(prefix string, of reflect.Type) {
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			kind := of.Field(i).Type
			if kind.Kind() == reflect.Pointer && kind.Elem().Kind() == reflect.Struct {
				walk(name+".", kind.Elem())
			} else if !known[prefix+name] {
				t.Errorf("linux.resources.%s%s is not known", prefix, name)
			}
		}
	}
	walk("", reflect.TypeFor[specs.LinuxResources]())
}

func TestThrottle(t *testing.T) {
	needGroups(t)
	devices := []specs.LinuxThrottleDevice{
		{LinuxBlockIODevice: specs.LinuxBlockIODevice{Major: 7, Minor: 0}, Rate: 1 << 20},
		{LinuxBlockIODevice: specs.LinuxBlockIODevice{Major: 7, Minor: 1}, Rate: 2 << 20},
	}
	g := resolve(t, config(t))
	err := g.Create(&specs.LinuxResources{BlockIO: &specs.LinuxBlockIO{ThrottleReadBpsDevice: devices, ThrottleWriteIOPSDevice: devices[:1]}})
	if errors.Is(err, unix.ENODEV) && strings.Contains(err.Error(), "no such block device") {
		t.Skip("no loop devices here: ", err)
	}
	if v2 := g.v2(); err != nil && v2 != nil && !v2.enabled("io") {
		t.Skip("no io controller for this user here: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	file, want := "blkio.throttle.read_bps_device", "7:0 1048576\n7:1 2097152"
	if g.tree("blkio").V2 {
		file, want = "io.max", "7:0 rbps=1048576 wbps=max riops=max wiops=1048576\n7:1 rbps=2097152 wbps=max riops=max wiops=max"
	}
	got := strings.Split(read(t, g, "blkio", file), "\n")
	for _, line := range strings.Split(want, "\n") {
		if !strings.Contains(strings.Join(got, "\n"), line) {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func TestUnified(t *testing.T) {
	needGroups(t)
	g := resolve(t, config(t))
	err := g.Create(&specs.LinuxResources{Unified: map[string]string{"memory.high": "33554432", "pids.max": "7", "cgroup.max.depth": "3"}})
	if g.v2() == nil || len(g.Trees) > 1 {
		if err == nil || !strings.Contains(err.Error(), "unified[pids.max]: it is a file of cgroup version 2") && !strings.Contains(err.Error(), "the controller pids is not on") {
			t.Errorf("unified beside version 1: %v", err)
		}
		if l := left(g); l != nil {
			t.Errorf("left: %v", l)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"memory.high": "33554432", "pids.max": "7", "cgroup.max.depth": "3"} {
		if got := read(t, g, "", file); got != want {
			t.Errorf("%s: %s", file, got)
		}
	}
	for name, text := range map[string]string{"memory.nothing": "memory.nothing", "nothing.max": "nothing"} {
		g := resolve(t, config(t))
		err := g.Create(&specs.LinuxResources{Unified: map[string]string{name: "1"}})
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", name, err)
		}
		if l := left(g); l != nil {
			t.Errorf("%s: left: %v", name, l)
		}
	}
}

func TestHugetlb(t *testing.T) {
	needGroups(t)
	r := &specs.LinuxResources{HugepageLimits: []specs.LinuxHugepageLimit{{Pagesize: "2MB", Limit: 4 << 20}}}
	g := resolve(t, config(t))
	if g.v1("hugetlb") == nil && len(g.Trees) > 1 {
		t.Skip("hugetlb is not in version 1 here; it would be switched on for everybody in version 2")
	}
	err := g.Create(r)
	if err != nil {
		if !strings.Contains(err.Error(), "hugetlb") || g.v2().enabled("hugetlb") {
			t.Error(err)
		}
		t.Skip("no hugetlb controller here: ", err)
	}
	for _, file := range []string{"hugetlb.2MB.max", "hugetlb.2MB.rsvd.max"} {
		if !g.tree("hugetlb").V2 {
			file = strings.Replace(file, "max", "limit_in_bytes", 1)
		}
		if got := read(t, g, "hugetlb", file); got != "4194304" {
			t.Errorf("%s: %s", file, got)
		}
	}
	r.HugepageLimits[0].Pagesize = "3MB"
	if err := resolve(t, config(t)).Create(r); err == nil || !strings.Contains(err.Error(), "no huge pages of this size") {
		t.Error(err)
	}
}

// TestWeight: the curve goes through its three points and never down.
func TestWeight(t *testing.T) {
	for shares, want := range map[uint64]uint64{0: 1, 2: 1, 1024: 100, 262144: 10000, math.MaxUint64: 10000} {
		if got := weight(shares); got != want {
			t.Errorf("%d shares are a weight of %d", shares, got)
		}
	}
	last := uint64(0)
	for shares := uint64(2); shares <= 262144; shares++ {
		w := weight(shares)
		if w < last || w < 1 || w > 10000 {
			t.Fatalf("%d shares are a weight of %d after %d", shares, w, last)
		}
		last = w
	}
}
