package options

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"isle/internal/engine/request"
)

const limitsGroup = "Containers: limits"

// Limits is the part of the table that isle update has as well.
func Limits() []Option {
	const g = limitsGroup
	l := func(o *Options) *request.Limits { return &o.Request.Limits }
	return []Option{
		opt(g, "memory", 'm', "SIZE", "the most memory: a number and b, k, m or g", size(func(o *Options) *int64 { return &l(o).Memory })),
		opt(g, "memory-reservation", 0, "SIZE", "the memory that it keeps when memory is short", size(func(o *Options) *int64 { return &l(o).MemoryReservation })),
		opt(g, "memory-swap", 0, "SIZE", "the most memory and swap together; -1 is as much swap as there is", sizeOrAll(func(o *Options) *int64 { return &l(o).MemorySwap })),
		opt(g, "memory-swappiness", 0, "N", "how readily memory is swapped out, 0 to 100 (cgroup version 1)", setSwappiness),
		opt(g, "cpus", 0, "N", "how many processors' time, such as 1.5", setCPUs),
		opt(g, "cpu-shares", 'c', "N", "the relative weight of processor time", setShares),
		opt(g, "cpu-period", 0, "MICROSECONDS", "the period of --cpu-quota", unsigned(func(o *Options) *uint64 { return &l(o).CPUPeriod })),
		opt(g, "cpu-quota", 0, "MICROSECONDS", "the processor time in each period", setQuota),
		opt(g, "cpu-rt-period", 0, "MICROSECONDS", "the period of --cpu-rt-runtime (cgroup version 1)", unsigned(func(o *Options) *uint64 { return &l(o).CPURtPeriod })),
		opt(g, "cpu-rt-runtime", 0, "MICROSECONDS", "the realtime processor time in each period (cgroup version 1)", setRealtime),
		opt(g, "cpuset-cpus", 0, "LIST", "the processors it may use: 0-3,7", set(func(o *Options) *string { return &l(o).CpusetCPUs })),
		opt(g, "cpuset-mems", 0, "LIST", "the memory nodes it may use", set(func(o *Options) *string { return &l(o).CpusetMems })),
		opt(g, "pids-limit", 0, "N", "the most processes and threads; -1 is as many as there are", setPids),
		opt(g, "blkio-weight", 0, "N", "the relative weight of its block I/O, 10 to 1000", setWeight),
		opt(g, "blkio-weight-device", 0, "PATH:WEIGHT", "the same for one device", rate(func(o *Options) *[]string { return &l(o).BlkioWeightDevice }, weight)),
		opt(g, "device-read-bps", 0, "PATH:SIZE", "the most bytes a second that it reads from a device", rate(func(o *Options) *[]string { return &l(o).ReadBps }, parseSize)),
		opt(g, "device-write-bps", 0, "PATH:SIZE", "the most bytes a second that it writes to a device", rate(func(o *Options) *[]string { return &l(o).WriteBps }, parseSize)),
		opt(g, "device-read-iops", 0, "PATH:N", "the most reads a second from a device", rate(func(o *Options) *[]string { return &l(o).ReadIOps }, count)),
		opt(g, "device-write-iops", 0, "PATH:N", "the most writes a second to a device", rate(func(o *Options) *[]string { return &l(o).WriteIOps }, count)),
	}
}

// limits are those that cannot be changed later as well.
func limits() []Option {
	const g = limitsGroup
	r := func(o *Options) *request.Container { return &o.Request }
	return append(Limits(),
		opt(g, "ulimit", 0, "NAME=SOFT[:HARD]", "a resource limit of each process, such as nofile=1024; host keeps isle's own", setUlimit),
		sw(g, "oom-kill-disable", 0, "do not kill when memory runs out (cgroup version 1)", on(func(o *Options) *bool { return &r(o).Limits.OOMKillDisable })),
		opt(g, "oom-score-adj", 0, "N", "how readily it is killed when the host's memory runs out, -1000 to 1000", setOOMScore),
		opt(g, "cgroup-conf", 0, "FILE=VALUE", "write this to a file of its cgroup (version 2)", pair(func(o *Options) *map[string]string { return &r(o).Limits.Unified })),
		opt(g, "cgroup-parent", 0, "PATH", "the cgroup in which the container's is made", text(func(o *Options) *string { return &r(o).CgroupParent })),
		opt(g, "cgroups", 0, "HOW", "enabled, or disabled for no cgroup of its own", word(func(o *Options) *string { return &r(o).Cgroups }, "enabled", "disabled", "no-conmon")),
		opt(g, "shm-size", 0, "SIZE", "the size of /dev/shm, 64m unless given", size(func(o *Options) *int64 { return &r(o).ShmSize })),
	)
}

func setSwappiness(o *Options, s string) error {
	n, err := parseInt(s, -1, 100)
	if err == nil && n >= 0 {
		o.Request.Limits.MemorySwappiness = &n
	}
	return err
}

func setCPUs(o *Options, s string) error {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0) || n > 1<<16 {
		return fmt.Errorf("%q is no number of processors", s)
	}
	o.Request.Limits.CPUs = n
	return nil
}

func setShares(o *Options, s string) error {
	n, err := parseInt(s, 0, 262144)
	o.Request.Limits.CPUShares = uint64(n)
	return err
}

func unsigned(field func(*Options) *uint64) setter {
	return func(o *Options, s string) error {
		n, err := parseInt(s, 0, math.MaxInt64)
		*field(o) = uint64(n)
		return err
	}
}

func setQuota(o *Options, s string) (err error) {
	o.Request.Limits.CPUQuota, err = parseInt(s, -1, math.MaxInt64)
	return err
}

func setRealtime(o *Options, s string) (err error) {
	o.Request.Limits.CPURtRuntime, err = parseInt(s, -1, math.MaxInt64)
	return err
}

// set takes a list as cpuset(7) has it.
func set(field func(*Options) *string) setter {
	return func(o *Options, s string) error {
		for part := range strings.SplitSeq(s, ",") {
			first, last, ranged := strings.Cut(part, "-")
			a, err := strconv.ParseUint(first, 10, 16)
			b := a
			if ranged && err == nil {
				b, err = strconv.ParseUint(last, 10, 16)
			}
			if err != nil || b < a {
				return fmt.Errorf("%q is no list such as 0-3,7", s)
			}
		}
		*field(o) = s
		return nil
	}
}

func setPids(o *Options, s string) error {
	n, err := parseInt(s, -1, math.MaxInt32)
	o.Request.Limits.PidsLimit = &n
	return err
}

func weight(s string) (int64, error) { return parseInt(s, 10, 1000) }

func setWeight(o *Options, s string) error {
	n, err := weight(s)
	o.Request.Limits.BlkioWeight = uint16(n)
	return err
}

func setOOMScore(o *Options, s string) error {
	n, err := parseInt(s, -1000, 1000)
	score := int(n)
	o.Request.OOMScoreAdj = &score
	return err
}
