package resctrl

import (
	"os"
	"strconv"
	"strings"
)

// Stats is what a group may use and has used, by the names that runc prints and
// containerd and others read.
type Stats struct {
	L3CacheInfo       *L3CacheInfo `json:"l3_cache_info,omitempty"`
	L3CacheSchemaRoot string       `json:"l3_cache_schema_root,omitempty"`
	L3CacheSchema     string       `json:"l3_cache_schema,omitempty"`
	MemBwInfo         *MemBwInfo   `json:"mem_bw_info,omitempty"`
	MemBwSchemaRoot   string       `json:"mem_bw_schema_root,omitempty"`
	MemBwSchema       string       `json:"mem_bw_schema,omitempty"`
	Schemata          []string     `json:"schemata,omitempty"`
	// What the processes that are counted with the container have used, for each
	// L3 cache that counts it. Without enableMonitoring, others may be among them.
	Bandwidth []Bandwidth `json:"mbm_stats,omitempty"`
	Occupancy []Occupancy `json:"cmt_stats,omitempty"`
}

// L3CacheInfo says how the L3 cache can be divided.
type L3CacheInfo struct {
	CbmMask    string `json:"cbm_mask,omitempty"`
	MinCbmBits uint64 `json:"min_cbm_bits,omitempty"`
	NumClosids uint64 `json:"num_closids,omitempty"`
}

// MemBwInfo says how memory bandwidth can be divided.
type MemBwInfo struct {
	BandwidthGran uint64 `json:"bandwidth_gran,omitempty"`
	DelayLinear   uint64 `json:"delay_linear,omitempty"`
	MinBandwidth  uint64 `json:"min_bandwidth,omitempty"`
	NumClosids    uint64 `json:"num_closids,omitempty"`
}

// Bandwidth is how many bytes have gone between a cache and memory.
type Bandwidth struct {
	Total uint64 `json:"mbm_total_bytes"`
	Local uint64 `json:"mbm_local_bytes"` // of the cache's own node
}

// Occupancy is how many bytes of a cache are in use.
type Occupancy struct {
	Bytes uint64 `json:"llc_occupancy"`
}

// Measure reads what the group may use and has used. What the processor has not
// got is left out.
func (g *Group) Measure(s *Stats) error {
	own, err := os.ReadFile(g.Dir + "/schemata")
	if err != nil {
		return err
	}
	top, err := os.ReadFile(g.fs.Root + "/schemata")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(own)) {
		s.Schemata = append(s.Schemata, strings.TrimSpace(line))
	}
	if info := g.fs.Root + "/info/L3/"; isDirectory(info) {
		s.L3CacheInfo = &L3CacheInfo{CbmMask: text(info + "cbm_mask"), MinCbmBits: number(info + "min_cbm_bits"), NumClosids: number(info + "num_closids")}
		s.L3CacheSchemaRoot, _ = compare(string(top), "L3")
		s.L3CacheSchema, _ = compare(string(own), "L3")
	}
	if info := g.fs.Root + "/info/MB/"; isDirectory(info) {
		s.MemBwInfo = &MemBwInfo{BandwidthGran: number(info + "bandwidth_gran"), DelayLinear: number(info + "delay_linear"),
			MinBandwidth: number(info + "min_bandwidth"), NumClosids: number(info + "num_closids")}
		s.MemBwSchemaRoot, _ = compare(string(top), "MB")
		s.MemBwSchema, _ = compare(string(own), "MB")
	}
	return g.count(s)
}

// count reads the counters of each cache. One that says "Unavailable" or "Error"
// has nothing to tell at the moment.
func (g *Group) count(s *Stats) error {
	dir := g.Dir + "/mon_data"
	if g.Monitor != "" {
		dir = g.Monitor + "/mon_data"
	}
	caches, err := os.ReadDir(dir)
	if os.IsNotExist(err) { // a processor that counts nothing
		return nil
	}
	for _, c := range caches {
		cache := dir + "/" + c.Name() + "/"
		total, counted := counter(cache + "mbm_total_bytes")
		local, also := counter(cache + "mbm_local_bytes")
		if counted || also {
			s.Bandwidth = append(s.Bandwidth, Bandwidth{total, local})
		}
		if bytes, ok := counter(cache + "llc_occupancy"); ok {
			s.Occupancy = append(s.Occupancy, Occupancy{bytes})
		}
	}
	return err
}

func text(path string) string {
	content, _ := os.ReadFile(path)
	return strings.TrimSpace(string(content))
}

func counter(path string) (n uint64, ok bool) {
	n, err := strconv.ParseUint(text(path), 10, 64)
	return n, err == nil
}

func number(path string) uint64 {
	n, _ := counter(path)
	return n
}
