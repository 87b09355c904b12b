package oci

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/getopt"
	"isle/internal/oci/bundle"
)

// limit is an option of update that sets one number of the resources.
type limit struct {
	option, argument, help string
	set                    func(r *specs.LinuxResources, n int64)
}

func limits() []limit {
	return []limit{
		{"blkio-weight", "N", "the relative weight of block I/O, 10 to 1000", func(r *specs.LinuxResources, n int64) { w := uint16(n); r.BlockIO.Weight = &w }},
		{"cpu-period", "µS", "the period of the CPU quota", func(r *specs.LinuxResources, n int64) { v := uint64(n); r.CPU.Period = &v }},
		{"cpu-quota", "µS", "the CPU time in each period", func(r *specs.LinuxResources, n int64) { r.CPU.Quota = &n }},
		{"cpu-burst", "µS", "the CPU time that may be saved up", func(r *specs.LinuxResources, n int64) { v := uint64(n); r.CPU.Burst = &v }},
		{"cpu-share", "N", "the relative weight of CPU time", func(r *specs.LinuxResources, n int64) { v := uint64(n); r.CPU.Shares = &v }},
		{"cpu-rt-period", "µS", "the period of realtime scheduling", func(r *specs.LinuxResources, n int64) { v := uint64(n); r.CPU.RealtimePeriod = &v }},
		{"cpu-rt-runtime", "µS", "the realtime CPU time in each period", func(r *specs.LinuxResources, n int64) { r.CPU.RealtimeRuntime = &n }},
		{"cpu-idle", "0|1", "run only where nobody else would", func(r *specs.LinuxResources, n int64) { r.CPU.Idle = &n }},
		{"memory", "BYTES", "the memory that may be used, -1 for no limit", func(r *specs.LinuxResources, n int64) { r.Memory.Limit = &n }},
		{"memory-reservation", "BYTES", "the memory that is kept when memory is short", func(r *specs.LinuxResources, n int64) { r.Memory.Reservation = &n }},
		{"memory-swap", "BYTES", "memory and swap together, -1 for no limit", func(r *specs.LinuxResources, n int64) { r.Memory.Swap = &n }},
		//lint:ignore SA1019 deprecated; the check of the resources says that it is passed over
		{"kernel-memory", "BYTES", "", func(r *specs.LinuxResources, n int64) { r.Memory.Kernel = &n }},
		{"kernel-memory-tcp", "BYTES", "", func(r *specs.LinuxResources, n int64) { r.Memory.KernelTCP = &n }},
		{"pids-limit", "N", "how many processes there may be, -1 for no limit", func(r *specs.LinuxResources, n int64) { r.Pids.Limit = &n }},
	}
}

func update() *verb {
	return &verb{
		name: "update", operands: "ID", short: "Change the limits of a container", least: 1, most: 1,
		options: updateOptions(),
		run: func(c *call) error {
			r, err := c.resources()
			if err != nil {
				return err
			}
			return c.store.Update(c.id(), r, c.shares())
		},
	}
}

func updateOptions() []getopt.Option {
	list := []getopt.Option{
		{Long: "resources", Short: 'r', Arg: getopt.Required, ArgName: "FILE", Group: options, Help: "the limits as JSON, as in config.json; - is standard input"},
		{Long: "cpuset-cpus", Arg: getopt.Required, ArgName: "LIST", Group: options, Help: "the processors: 0-3,7"},
		{Long: "cpuset-mems", Arg: getopt.Required, ArgName: "LIST", Group: options, Help: "the memory nodes"},
		{Long: "l3-cache-schema", Arg: getopt.Required, ArgName: "SCHEMA", Group: options, Help: "the share of the L3 cache (resctrl)"},
		{Long: "mem-bw-schema", Arg: getopt.Required, ArgName: "SCHEMA", Group: options, Help: "the share of memory bandwidth (resctrl)"},
	}
	for _, l := range limits() {
		list = append(list, getopt.Option{Long: l.option, Arg: getopt.Required, ArgName: l.argument, Group: options, Help: l.help})
	}
	return list
}

// resources are the limits that the command line asks for.
func (c *call) resources() (*specs.LinuxResources, error) {
	if file := c.text("resources"); file != "" {
		r, err := bundle.ReadResources(file)
		if err != nil {
			return nil, err
		}
		return r, c.check(r)
	}
	r := &specs.LinuxResources{CPU: &specs.LinuxCPU{Cpus: c.text("cpuset-cpus"), Mems: c.text("cpuset-mems")},
		Memory: &specs.LinuxMemory{}, Pids: &specs.LinuxPids{}, BlockIO: &specs.LinuxBlockIO{}}
	for _, l := range limits() {
		text, given := c.value(l.option)
		if !given {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("--%s: %q is no whole number", l.option, text)
		}
		l.set(r, n)
	}
	return r, c.check(r)
}

// check refuses limits that cannot be, and warns of what is passed over.
func (c *call) check(r *specs.LinuxResources) error {
	problems := bundle.CheckResources(r)
	for _, p := range problems.Warnings() {
		c.warn(fmt.Errorf("%s: %s", p.Path, p.Reason))
	}
	return problems.Err()
}

// shares are those of caches and memory bandwidth, nil if none are asked for.
func (c *call) shares() *specs.LinuxIntelRdt {
	s := specs.LinuxIntelRdt{L3CacheSchema: c.text("l3-cache-schema"), MemBwSchema: c.text("mem-bw-schema")}
	if s.L3CacheSchema == "" && s.MemBwSchema == "" {
		return nil
	}
	return &s
}

func events() *verb {
	return &verb{
		name: "events", operands: "ID", short: "Print what a container uses, and when its memory ran out", least: 1, most: 1,
		options: []getopt.Option{
			{Long: "interval", Arg: getopt.Required, ArgName: "TIME", Group: options, Help: "how often: 5s, 1m"},
			{Long: "stats", Arg: getopt.Optional, ArgName: "BOOL", Group: options, Help: "print it once"},
		},
		run: func(c *call) error {
			interval := 5 * time.Second
			if text := c.text("interval"); text != "" {
				var err error
				if interval, err = time.ParseDuration(text); err != nil || interval <= 0 {
					return fmt.Errorf("--interval: %q is no time such as 5s", text)
				}
			}
			print := json.NewEncoder(os.Stdout).Encode
			if c.on("stats") {
				interval = 0
			}
			return c.store.Events(c.id(), interval, func(e any) error { return print(e) })
		},
	}
}
