package resources

import (
	"math"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// The functions of this file give the value of a property as its file takes it.
// Where 0 is no meaningful limit it is taken as not asked for, as every runtime
// does; clients write it for what they leave open.

func number(n *uint64) string {
	if n == nil || *n == 0 {
		return ""
	}
	return strconv.FormatUint(*n, 10)
}

func signed(n *int64, file string) string {
	if n == nil || *n == 0 {
		return ""
	}
	return limit(*n, file)
}

// limit writes a number, and one below zero as the file has "no limit".
func limit(n int64, file string) string {
	if n >= 0 {
		return strconv.FormatInt(n, 10)
	}
	if strings.HasSuffix(file, ".max") || file == "memory.low" {
		return "max"
	}
	return "-1"
}

// pidsLimit makes 1 of 0: the container's first process is there either way and
// none can be made beside it, but with 0 that one could not be born in the group.
func pidsLimit(r *specs.LinuxResources, file string) string {
	switch {
	case r.Pids == nil || r.Pids.Limit == nil:
		return ""
	case *r.Pids.Limit == 0:
		return "1"
	}
	return limit(*r.Pids.Limit, file)
}

func cpuCpus(r *specs.LinuxResources, _ string) string {
	if r.CPU == nil {
		return ""
	}
	return r.CPU.Cpus
}

func cpuMems(r *specs.LinuxResources, _ string) string {
	if r.CPU == nil {
		return ""
	}
	return r.CPU.Mems
}

func cpuIdle(r *specs.LinuxResources, _ string) string {
	if r.CPU == nil || r.CPU.Idle == nil {
		return ""
	}
	return strconv.FormatInt(*r.CPU.Idle, 10)
}

// cpuShares leaves out what an idle group has none of.
func cpuShares(r *specs.LinuxResources, file string) string {
	if r.CPU == nil || r.CPU.Shares == nil || *r.CPU.Shares == 0 || r.CPU.Idle != nil && *r.CPU.Idle == 1 {
		return ""
	}
	if file == "cpu.weight" {
		return strconv.FormatUint(weight(*r.CPU.Shares), 10)
	}
	return strconv.FormatUint(*r.CPU.Shares, 10)
}

// weight turns version 1's shares, 2 to 262144 and usually 1024, into version 2's
// weight, 1 to 10000 and usually 100, by the curve through those three points
// that runc, crun and Kubernetes agree on (kubernetes/kubernetes#131216).
func weight(shares uint64) uint64 {
	switch {
	case shares <= 2:
		return 1
	case shares >= 262144:
		return 10000
	}
	l := math.Log2(float64(shares))
	return uint64(math.Ceil(math.Pow(10, (l*l+125*l)/612-7.0/34)))
}

func cpuPeriod(r *specs.LinuxResources, file string) string {
	if r.CPU == nil || file == "cpu.max" { // of which quota is a part
		return ""
	}
	return number(r.CPU.Period)
}

// cpuQuota gives version 2 both numbers: "max 100000". A period alone is never
// asked for there (complete).
func cpuQuota(r *specs.LinuxResources, file string) string {
	if r.CPU == nil {
		return ""
	}
	quota := signed(r.CPU.Quota, file)
	if period := number(r.CPU.Period); quota != "" && period != "" && file == "cpu.max" {
		quota += " " + period
	}
	return quota
}

func cpuBurst(r *specs.LinuxResources, _ string) string {
	if r.CPU == nil || r.CPU.Burst == nil {
		return ""
	}
	return strconv.FormatUint(*r.CPU.Burst, 10)
}

func realtimePeriod(r *specs.LinuxResources, _ string) string {
	if r.CPU == nil {
		return ""
	}
	return number(r.CPU.RealtimePeriod)
}

func realtimeRuntime(r *specs.LinuxResources, _ string) string {
	if r.CPU == nil {
		return ""
	}
	return signed(r.CPU.RealtimeRuntime, "")
}
