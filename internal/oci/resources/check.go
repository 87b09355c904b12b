package resources

import (
	"errors"
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// mostRules bounds the lists of linux.resources.
const mostRules = 1024

// check finds what no version of cgroups takes, before anything is done. All
// faults are named at once, each by its place in config.json.
func check(r *specs.LinuxResources) error {
	if r == nil {
		return nil
	}
	var faults []error
	fault := func(field, format string, args ...any) {
		faults = append(faults, fmt.Errorf("linux.resources."+field+": "+format, args...))
	}
	checkNumbers(r, fault)
	checkLists(r, fault)
	checkBlockIO(r.BlockIO, fault)
	if _, err := parseRules(r.Devices); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

type faultFunc func(field, format string, args ...any)

func checkNumbers(r *specs.LinuxResources, fault faultFunc) {
	least := func(field string, n *int64) {
		if value(n) < -1 {
			fault(field, "%d is below -1, which is no limit", *n)
		}
	}
	if r.Pids != nil {
		least("pids.limit", r.Pids.Limit)
	}
	if m := r.Memory; m != nil {
		least("memory.limit", m.Limit)
		least("memory.swap", m.Swap)
		least("memory.reservation", m.Reservation)
		least("memory.kernelTCP", m.KernelTCP)
		if swap, limit := value(m.Swap), value(m.Limit); swap > 0 && limit > 0 && swap < limit {
			fault("memory.swap", "%d is memory and swap together and less than memory.limit %d", swap, limit)
		}
		if m.Swappiness != nil && *m.Swappiness > 100 {
			fault("memory.swappiness", "%d is not 0 to 100", *m.Swappiness)
		}
	}
	if c := r.CPU; c != nil {
		least("cpu.quota", c.Quota)
		least("cpu.realtimeRuntime", c.RealtimeRuntime)
		if c.Idle != nil && *c.Idle != 0 && *c.Idle != 1 {
			fault("cpu.idle", "%d is not 0 or 1", *c.Idle)
		}
		if quota := value(c.Quota); c.Burst != nil && quota > 0 && *c.Burst > uint64(quota) {
			fault("cpu.burst", "%d is more than cpu.quota %d", *c.Burst, quota)
		}
	}
}

func checkBlockIO(b *specs.LinuxBlockIO, fault faultFunc) {
	if b == nil {
		return
	}
	weigh := func(field string, w *uint16) {
		if w != nil && *w != 0 && (*w < 10 || *w > 1000) {
			fault(field, "%d is not 10 to 1000", *w)
		}
	}
	device := func(field string, d specs.LinuxBlockIODevice) {
		if d.Major < 0 || d.Major >= 1<<12 || d.Minor < 0 || d.Minor >= 1<<20 {
			fault(field, "no device has the number %d:%d", d.Major, d.Minor)
		}
	}
	weigh("blockIO.weight", b.Weight)
	weigh("blockIO.leafWeight", b.LeafWeight)
	for _, w := range b.WeightDevice {
		device("blockIO.weightDevice", w.LinuxBlockIODevice)
		weigh("blockIO.weightDevice", w.Weight)
		weigh("blockIO.weightDevice", w.LeafWeight)
	}
	lists := [...]struct {
		field string
		list  []specs.LinuxThrottleDevice
	}{
		{"blockIO.throttleReadBpsDevice", b.ThrottleReadBpsDevice},
		{"blockIO.throttleWriteBpsDevice", b.ThrottleWriteBpsDevice},
		{"blockIO.throttleReadIOPSDevice", b.ThrottleReadIOPSDevice},
		{"blockIO.throttleWriteIOPSDevice", b.ThrottleWriteIOPSDevice},
	}
	for _, l := range lists {
		if len(l.list) > mostRules {
			fault(l.field, "more than %d devices", mostRules)
		}
		for _, d := range l.list {
			device(l.field, d.LinuxBlockIODevice)
		}
	}
}
