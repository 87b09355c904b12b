package cgroup

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Limit is the tightest limit on something that holds for a cgroup: its own or
// that of one above it.
type Limit struct {
	Name string `json:"name"` // "memory" in bytes, "swap" in bytes, "pids", "cpu" in hundredths of a processor
	// Value is nil without a limit. Known says whether that could be seen.
	Value *uint64 `json:"value"`
	Known bool    `json:"known"`
}

// knob is a file that limits something, in either version.
type knob struct {
	name       string
	controller string
	v1, v2     string
	read       func(dir, file string) (uint64, bool)
}

var knobs = [...]knob{
	{"memory", "memory", "memory.limit_in_bytes", "memory.max", number},
	{"swap", "memory", "memory.memsw.limit_in_bytes", "memory.swap.max", number},
	{"pids", "pids", "pids.max", "pids.max", number},
	{"cpu", "cpu", "cpu.cfs_quota_us", "cpu.max", processors},
}

// Limits reads what limits a process in these trees.
func Limits(trees []Hierarchy) []Limit {
	list := make([]Limit, 0, len(knobs))
	for _, k := range knobs {
		limit := Limit{Name: k.name}
		for i := range trees {
			h := &trees[i]
			if h.Dir == "" || !h.V2 && !slices.Contains(h.Controllers, k.controller) {
				continue
			}
			k.tighten(h, &limit)
		}
		list = append(list, limit)
	}
	return list
}

// tighten goes up from a cgroup to the top of what is mounted.
func (k *knob) tighten(h *Hierarchy, limit *Limit) {
	file := k.v1
	if h.V2 {
		file = k.v2
	}
	for dir := h.Dir; ; dir = filepath.Dir(dir) {
		if !h.V2 || dir == h.Dir && slices.Contains(h.Controllers, k.controller) {
			limit.Known = true
		}
		if value, ok := k.read(dir, file); ok && (limit.Value == nil || value < *limit.Value) {
			limit.Value, limit.Known = &value, true
		}
		if dir == h.Mount || dir == "/" || dir == "." {
			return
		}
	}
}

// mostMemory is what version 1 shows where there is no limit: the highest
// number of whole pages.
const mostMemory = 1<<63 - 1<<16

// number reads a limit, which is "max" or an enormous number if there is none.
func number(dir, file string) (uint64, bool) {
	text, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil && n < mostMemory
}

// processors reads a quota of time and the period that it is of.
func processors(dir, file string) (uint64, bool) {
	text, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		return 0, false
	}
	words := strings.Fields(string(text))
	if len(words) == 1 { // version 1 has the period in a file of its own
		period, _ := os.ReadFile(filepath.Join(dir, "cpu.cfs_period_us"))
		words = append(words, strings.TrimSpace(string(period)))
	}
	if len(words) != 2 {
		return 0, false
	}
	quota, err := strconv.ParseInt(words[0], 10, 64)
	period, err2 := strconv.ParseInt(words[1], 10, 64)
	if err != nil || err2 != nil || quota <= 0 || period <= 0 {
		return 0, false
	}
	return uint64(quota) * 100 / uint64(period), true
}

// String says the limit with its unit; "none" without one.
func (l Limit) String() string {
	switch {
	case l.Value == nil:
		return "none"
	case l.Name == "memory" || l.Name == "swap":
		return bytes(*l.Value)
	case l.Name == "cpu":
		return strconv.FormatFloat(float64(*l.Value)/100, 'f', -1, 64) + " processors"
	}
	return strconv.FormatUint(*l.Value, 10)
}

// bytes says a size by the unit that leaves no rest.
func bytes(n uint64) string {
	units := [...]string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	u := 0
	for n != 0 && n%1024 == 0 && u < len(units)-1 {
		n, u = n/1024, u+1
	}
	return strconv.FormatUint(n, 10) + " " + units[u]
}
