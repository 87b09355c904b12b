package bundle

import (
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// cpu checks the section "CPU" for what both versions of cgroups refuse
// (sched-bwc.txt and cgroup-v2 of the kernel's documentation).
func (c *checker) cpu(p *specs.LinuxCPU) {
	c.unsigned("shares", p.Shares, 2, 262144)
	c.unlimited("quota", p.Quota)
	if p.Quota != nil && *p.Quota > 0 {
		c.quota(*p.Quota, p.Burst)
	}
	c.unsigned("period", p.Period, 1000, 1_000_000)
	c.unlimited("realtimeRuntime", p.RealtimeRuntime)
	if p.RealtimeRuntime != nil && p.RealtimePeriod != nil && *p.RealtimePeriod > 0 &&
		*p.RealtimeRuntime > 0 && uint64(*p.RealtimeRuntime) > *p.RealtimePeriod {
		c.refuse("realtimeRuntime", strconv.FormatInt(*p.RealtimeRuntime, 10)+" is more than realtimePeriod, "+strconv.FormatUint(*p.RealtimePeriod, 10))
	}
	c.numberList("cpus", p.Cpus)
	c.numberList("mems", p.Mems)
	if p.Idle != nil {
		c.between("idle", *p.Idle, 0, 1)
	}
}

// quota checks a quota in microseconds, and that burst is no larger.
func (c *checker) quota(quota int64, burst *uint64) {
	const least = 1000
	if quota < least {
		c.refuse("quota", strconv.FormatInt(quota, 10)+" is less than "+strconv.Itoa(least)+" microseconds")
	}
	if burst != nil && *burst > uint64(quota) {
		c.refuse("burst", strconv.FormatUint(*burst, 10)+" is more than quota, "+strconv.FormatInt(quota, 10))
	}
}

// unsigned wants a number from least to most, or 0, which is as absent.
func (c *checker) unsigned(name string, value *uint64, least, most uint64) {
	if value != nil && *value != 0 && (*value < least || *value > most) {
		c.refuse(name, strconv.FormatUint(*value, 10)+" is not from "+strconv.FormatUint(least, 10)+" to "+strconv.FormatUint(most, 10))
	}
}

// blockIO checks the section "Block IO".
func (c *checker) blockIO(b *specs.LinuxBlockIO) {
	c.weight("weight", b.Weight)
	c.weight("leafWeight", b.LeafWeight)
	each(c, "weightDevice", b.WeightDevice, func(c *checker, d *specs.LinuxWeightDevice) {
		c.blockDevice(d.LinuxBlockIODevice)
		if d.Weight == nil && d.LeafWeight == nil {
			c.refuse("", "want weight or leafWeight, or both")
		}
		c.weight("weight", d.Weight)
		c.weight("leafWeight", d.LeafWeight)
	})
	throttle := func(c *checker, d *specs.LinuxThrottleDevice) { c.blockDevice(d.LinuxBlockIODevice) }
	each(c, "throttleReadBpsDevice", b.ThrottleReadBpsDevice, throttle)
	each(c, "throttleWriteBpsDevice", b.ThrottleWriteBpsDevice, throttle)
	each(c, "throttleReadIOPSDevice", b.ThrottleReadIOPSDevice, throttle)
	each(c, "throttleWriteIOPSDevice", b.ThrottleWriteIOPSDevice, throttle)
}

func (c *checker) blockDevice(d specs.LinuxBlockIODevice) {
	c.between("major", d.Major, 0, mostMajor)
	c.between("minor", d.Minor, 0, mostMinor)
}

// weight wants 1 to 1000, which is what BFQ has; 0 is as absent.
func (c *checker) weight(name string, value *uint16) {
	if value != nil {
		c.between(name, int64(*value), 0, 1000)
	}
}
