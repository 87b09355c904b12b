package resctrl

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// counters are what two caches count for a group.
func (f FS) counters(t *testing.T, group string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(f.Root, group, "mon_data", name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(content), 0o644))
	}
}

// TestStats reads the copied tree; the names are those of runc's events.
func TestStats(t *testing.T) {
	f := tree(t)
	f.counters(t, "gold", map[string]string{"mon_L3_00/llc_occupancy": "1000\n", "mon_L3_00/mbm_total_bytes": "2000\n", "mon_L3_00/mbm_local_bytes": "1500\n",
		"mon_L3_01/llc_occupancy": "Unavailable\n", "mon_L3_01/mbm_total_bytes": "18446744073709551615\n", "mon_L3_01/mbm_local_bytes": "0\n", "mon_PERF_PKG_00/core_energy": "1.5\n"})
	f.counters(t, "gold/mon_groups/box", map[string]string{"mon_L3_00/llc_occupancy": "7\n"})
	const shares = `"l3_cache_info":{"cbm_mask":"7ff","num_closids":16},"l3_cache_schema_root":"L3:0=7ff;1=7ff","l3_cache_schema":"L3:0=00f;1=7f0",` +
		`"mem_bw_info":{"min_bandwidth":10},"mem_bw_schema_root":"MB:0=100;1=100","mem_bw_schema":"MB:0= 20;1=100","schemata":["L3:0=00f;1=7f0","MB:0= 20;1=100"]`
	for _, c := range []struct {
		config specs.LinuxIntelRdt
		want   string
	}{
		{specs.LinuxIntelRdt{ClosID: "gold"}, `{` + shares + `,"mbm_stats":[{"mbm_total_bytes":2000,"mbm_local_bytes":1500},` +
			`{"mbm_total_bytes":18446744073709551615,"mbm_local_bytes":0}],"cmt_stats":[{"llc_occupancy":1000}]}`},
		{specs.LinuxIntelRdt{ClosID: "gold", EnableMonitoring: true}, `{` + shares + `,"cmt_stats":[{"llc_occupancy":7}]}`},
	} {
		g, err := f.Resolve(&c.config, "box")
		must(t, err)
		var s Stats
		must(t, g.Measure(&s))
		text, err := json.Marshal(&s)
		must(t, err)
		same(t, "stats", string(text), c.want)
	}
}

// TestStatsOfLess: what the processor cannot do is left out; a group that is gone
// is an error.
func TestStatsOfLess(t *testing.T) {
	f := tree(t)
	for _, name := range []string{"info/L3", "info/MB", "gold/mon_data"} {
		must(t, os.RemoveAll(filepath.Join(f.Root, name)))
	}
	must(t, os.WriteFile(f.Root+"/gold/schemata", nil, 0o644))
	g, err := f.Resolve(&specs.LinuxIntelRdt{ClosID: "gold"}, "box")
	must(t, err)
	var s Stats
	must(t, g.Measure(&s))
	text, err := json.Marshal(&s)
	must(t, err)
	same(t, "stats", string(text), "{}")
	must(t, os.RemoveAll(g.Dir))
	if err := g.Measure(&s); !os.IsNotExist(err) {
		t.Error(err)
	}
}
