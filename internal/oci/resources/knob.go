package resources

import (
	"errors"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// knob is a property of linux.resources and the file that it is written to. Of
// two files the second is used where the kernel has no first.
type knob struct {
	field      string // in linux.resources
	controller string // its name in version 1
	v1, v2     [2]file
	// value is what to write to the file, empty if the property is not asked for.
	// Each line is written by itself.
	value func(r *specs.LinuxResources, file string) string
}

// file is a file of a cgroup, and what stands in it when the cgroup is new.
type file struct{ name, fresh string }

// knobs are all properties that have a file of their own. The order is the one
// they are written in. No file in a version: nothing there is equal to it.
var knobs = [...]knob{
	{"pids.limit", "pids", [2]file{{"pids.max", "max"}}, [2]file{{"pids.max", "max"}}, pidsLimit},

	{"cpu.cpus", "cpuset", [2]file{{"cpuset.cpus", ""}}, [2]file{{"cpuset.cpus", ""}}, cpuCpus},
	{"cpu.mems", "cpuset", [2]file{{"cpuset.mems", ""}}, [2]file{{"cpuset.mems", ""}}, cpuMems},

	{"cpu.idle", "cpu", [2]file{{"cpu.idle", "0"}}, [2]file{{"cpu.idle", "0"}}, cpuIdle},
	{"cpu.shares", "cpu", [2]file{{"cpu.shares", "1024"}}, [2]file{{"cpu.weight", "100"}}, cpuShares},
	{"cpu.period", "cpu", [2]file{{"cpu.cfs_period_us", "100000"}}, [2]file{{"cpu.max", "max 100000"}}, cpuPeriod},
	{"cpu.quota", "cpu", [2]file{{"cpu.cfs_quota_us", "-1"}}, [2]file{{"cpu.max", "max 100000"}}, cpuQuota},
	{"cpu.burst", "cpu", [2]file{{"cpu.cfs_burst_us", "0"}}, [2]file{{"cpu.max.burst", "0"}}, cpuBurst},
	{"cpu.realtimePeriod", "cpu", [2]file{{"cpu.rt_period_us", "1000000"}}, [2]file{}, realtimePeriod},
	{"cpu.realtimeRuntime", "cpu", [2]file{{"cpu.rt_runtime_us", "0"}}, [2]file{}, realtimeRuntime},

	{"memory.limit", "memory", [2]file{{"memory.limit_in_bytes", "-1"}}, [2]file{{"memory.max", "max"}}, memoryLimit},
	{"memory.swap", "memory", [2]file{{"memory.memsw.limit_in_bytes", "-1"}}, [2]file{{"memory.swap.max", "max"}}, memorySwap},
	{"memory.reservation", "memory", [2]file{{"memory.soft_limit_in_bytes", "-1"}}, [2]file{{"memory.low", "0"}}, memoryReservation},
	{"memory.kernelTCP", "memory", [2]file{{"memory.kmem.tcp.limit_in_bytes", "-1"}}, [2]file{}, memoryKernelTCP},
	{"memory.swappiness", "memory", [2]file{{"memory.swappiness", ""}}, [2]file{}, memorySwappiness},
	{"memory.disableOOMKiller", "memory", [2]file{{"memory.oom_control", "0"}}, [2]file{}, memoryOOM},

	{"blockIO.weight", "blkio", [2]file{{"blkio.bfq.weight", ""}, {"blkio.weight", ""}}, [2]file{{"io.bfq.weight", ""}, {"io.weight", ""}}, ioWeight},
	{"blockIO.leafWeight", "blkio", [2]file{{"blkio.leaf_weight", ""}}, [2]file{}, ioLeafWeight},
	{"blockIO.weightDevice", "blkio", [2]file{{"blkio.bfq.weight_device", ""}, {"blkio.weight_device", ""}}, [2]file{{"io.bfq.weight", ""}, {"io.weight", ""}}, ioWeightDevice},
	{"blockIO.weightDevice", "blkio", [2]file{{"blkio.leaf_weight_device", ""}}, [2]file{}, ioLeafWeightDevice},
	{"blockIO.throttleReadBpsDevice", "blkio", [2]file{{"blkio.throttle.read_bps_device", ""}}, [2]file{{"io.max", ""}}, ioReadBps},
	{"blockIO.throttleWriteBpsDevice", "blkio", [2]file{{"blkio.throttle.write_bps_device", ""}}, [2]file{{"io.max", ""}}, ioWriteBps},
	{"blockIO.throttleReadIOPSDevice", "blkio", [2]file{{"blkio.throttle.read_iops_device", ""}}, [2]file{{"io.max", ""}}, ioReadIOPS},
	{"blockIO.throttleWriteIOPSDevice", "blkio", [2]file{{"blkio.throttle.write_iops_device", ""}}, [2]file{{"io.max", ""}}, ioWriteIOPS},

	{"network.classID", "net_cls", [2]file{{"net_cls.classid", "0"}}, [2]file{}, networkClass},
	{"network.priorities", "net_prio", [2]file{{"net_prio.ifpriomap", ""}}, [2]file{}, networkPriorities},
	{"rdma", "rdma", [2]file{{"rdma.max", ""}}, [2]file{{"rdma.max", ""}}, rdmaMax},
}

var errNoV2 = errors.New("cgroup version 2 has nothing equal to it")

// setting is something to write to a file of the group.
type setting struct {
	field      string
	controller string // its name in the tree's version
	file       [2]string
	value      [2]string
	fresh      bool // a new group has it already
	absent     bool // without the file it holds anyway
}

// controllerV2 is a controller's name in version 2.
func controllerV2(name string) string {
	if name == "blkio" {
		return "io"
	}
	return name
}

// asked says whether the resources ask for the property.
func (k *knob) asked(r *specs.LinuxResources) bool { return k.value(r, k.v1[0].name) != "" }

// want makes a setting of a property that is asked for. There may be nothing to
// set: version 2 has a period in the quota's file, and for what it lacks it cannot
// be asked more than what holds anyway.
func (k *knob) want(r *specs.LinuxResources, v2 bool) (s setting, some bool, err error) {
	files := &k.v1
	s = setting{field: k.field, controller: k.controller}
	if v2 {
		files, s.controller = &k.v2, controllerV2(k.controller)
	}
	if files[0].name == "" {
		if k.value(r, k.v1[0].name) != k.v1[0].fresh {
			err = &Error{Doing: "set linux.resources." + k.field, Err: errNoV2, Hint: "it takes the controller " + k.controller + " of version 1"}
		}
		return s, false, err
	}
	for i, f := range files {
		if f.name != "" {
			s.file[i], s.value[i] = f.name, k.value(r, f.name)
		}
	}
	if s.value[0] == "" {
		return s, false, nil
	}
	s.fresh = s.value[0] == files[0].fresh
	s.absent = k.field == "memory.swap" && swapless(r)
	return s, true, nil
}
