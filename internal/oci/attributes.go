package oci

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/plan"
)

// attributes are what the bundle says of how the kernel treats the process: how
// it is scheduled, what machine it sees.
func attributes(spec *specs.Spec, process *specs.Process) ([]plan.Step, error) {
	var steps []plan.Step
	for _, make := range []func(*specs.Spec, *specs.Process) (plan.Step, error){personality, scheduler, ioPriority, memoryPolicy} {
		step, err := make(spec, process)
		if err != nil {
			return nil, err
		}
		if step != nil {
			steps = append(steps, step)
		}
	}
	return steps, nil
}

// personality is the execution domain (personality(2)).
func personality(spec *specs.Spec, _ *specs.Process) (plan.Step, error) {
	if spec.Linux == nil || spec.Linux.Personality == nil {
		return nil, nil
	}
	domains := [...]struct {
		name   specs.LinuxPersonalityDomain
		number uint64
	}{{specs.PerLinux, 0}, {specs.PerLinux32, 8}}
	for _, d := range domains {
		if d.name == spec.Linux.Personality.Domain {
			return &plan.Attribute{What: "set the personality to " + string(d.name), Nr: unix.SYS_PERSONALITY, Args: []uint64{d.number}}, nil
		}
	}
	return nil, fmt.Errorf("linux.personality.domain: unknown domain %q", spec.Linux.Personality.Domain)
}

// scheduler is the scheduling policy (sched_setattr(2)).
func scheduler(_ *specs.Spec, process *specs.Process) (plan.Step, error) {
	s := process.Scheduler
	if s == nil {
		return nil, nil
	}
	policies := [...]specs.LinuxSchedulerPolicy{specs.SchedOther, specs.SchedFIFO, specs.SchedRR, specs.SchedBatch, specs.SchedISO, specs.SchedIdle, specs.SchedDeadline}
	flags := [...]struct {
		name specs.LinuxSchedulerFlag
		bit  uint64
	}{
		{specs.SchedFlagResetOnFork, 1}, {specs.SchedFlagReclaim, 2}, {specs.SchedFlagDLOverrun, 4}, {specs.SchedFlagKeepPolicy, 8},
		{specs.SchedFlagKeepParams, 16}, {specs.SchedFlagUtilClampMin, 32}, {specs.SchedFlagUtilClampMax, 64},
	}
	policy := -1
	for n, name := range policies {
		if name == s.Policy {
			policy = n
		}
	}
	if policy < 0 {
		return nil, fmt.Errorf("process.scheduler.policy: unknown policy %q", s.Policy)
	}
	var bits uint64
	for _, name := range s.Flags {
		bit := uint64(0)
		for _, f := range flags {
			if f.name == name {
				bit = f.bit
			}
		}
		if bit == 0 {
			return nil, fmt.Errorf("process.scheduler.flags: unknown flag %q", name)
		}
		bits |= bit
	}
	const size = 48 // SCHED_ATTR_SIZE_VER0
	attr := binary.LittleEndian.AppendUint32(nil, size)
	attr = binary.LittleEndian.AppendUint32(attr, uint32(policy))
	attr = binary.LittleEndian.AppendUint64(attr, bits)
	attr = binary.LittleEndian.AppendUint32(attr, uint32(s.Nice))
	attr = binary.LittleEndian.AppendUint32(attr, uint32(s.Priority))
	for _, word := range []uint64{s.Runtime, s.Deadline, s.Period} {
		attr = binary.LittleEndian.AppendUint64(attr, word)
	}
	return &plan.Attribute{What: "set the scheduling policy to " + string(s.Policy), Nr: unix.SYS_SCHED_SETATTR, Args: []uint64{0, 0, 0}, Bytes: attr, At: 1}, nil
}

// ioPriority is the I/O scheduling class and priority (ioprio_set(2)).
func ioPriority(_ *specs.Spec, process *specs.Process) (plan.Step, error) {
	p := process.IOPriority
	if p == nil {
		return nil, nil
	}
	classes := [...]specs.IOPriorityClass{specs.IOPRIO_CLASS_RT, specs.IOPRIO_CLASS_BE, specs.IOPRIO_CLASS_IDLE}
	for n, class := range classes {
		if class == p.Class {
			const whoProcess, classShift = 1, 13
			return &plan.Attribute{What: "set the I/O priority to " + string(class) + ", " + strconv.Itoa(p.Priority),
				Nr: unix.SYS_IOPRIO_SET, Args: []uint64{whoProcess, 0, uint64(n+1)<<classShift | uint64(p.Priority)}}, nil
		}
	}
	return nil, fmt.Errorf("process.ioPriority.class: unknown class %q", p.Class)
}

// affinity has the process run on a list of processors (sched_setaffinity(2)); it
// is nil without one. The field is one of process.execCPUAffinity.
func affinity(field, list string) (plan.Step, error) {
	if list == "" {
		return nil, nil
	}
	mask, err := numberSet(list)
	if err != nil {
		return nil, fmt.Errorf("process.execCPUAffinity.%s: %w", field, err)
	}
	return &plan.Attribute{What: "run on the processors " + list, Nr: unix.SYS_SCHED_SETAFFINITY, Args: []uint64{0, uint64(len(mask)), 0}, Bytes: mask, At: 2}, nil
}

// memoryPolicy says which nodes memory comes from (set_mempolicy(2)).
func memoryPolicy(spec *specs.Spec, _ *specs.Process) (plan.Step, error) {
	if spec.Linux == nil || spec.Linux.MemoryPolicy == nil {
		return nil, nil
	}
	m := spec.Linux.MemoryPolicy
	modes := [...]specs.MemoryPolicyModeType{specs.MpolDefault, specs.MpolPreferred, specs.MpolBind, specs.MpolInterleave, specs.MpolLocal, specs.MpolPreferredMany, specs.MpolWeightedInterleave}
	flags := [...]struct {
		name specs.MemoryPolicyFlagType
		bit  uint64
	}{{specs.MpolFStaticNodes, 1 << 15}, {specs.MpolFRelativeNodes, 1 << 14}, {specs.MpolFNumaBalancing, 1 << 13}}
	mode := -1
	for n, name := range modes {
		if name == m.Mode {
			mode = n
		}
	}
	if mode < 0 {
		return nil, fmt.Errorf("linux.memoryPolicy.mode: unknown mode %q", m.Mode)
	}
	word := uint64(mode)
	for _, name := range m.Flags {
		bit := uint64(0)
		for _, f := range flags {
			if f.name == name {
				bit = f.bit
			}
		}
		if bit == 0 {
			return nil, fmt.Errorf("linux.memoryPolicy.flags: unknown flag %q", name)
		}
		word |= bit
	}
	step := &plan.Attribute{What: "take memory from nodes by the policy " + string(m.Mode), Nr: unix.SYS_SET_MEMPOLICY, Args: []uint64{word, 0, 0}}
	if m.Nodes != "" {
		mask, err := numberSet(m.Nodes)
		if err != nil {
			return nil, fmt.Errorf("linux.memoryPolicy.nodes: %w", err)
		}
		step.Bytes, step.At, step.Args[2] = mask, 1, uint64(8*len(mask)+1) // the kernel takes one off
	}
	return step, nil
}

// mostNumbers bounds the numbers of a set: more than there are processors or
// nodes in any machine.
const mostNumbers = 1 << 13

// numberSet reads "0-3,7" as a bit mask, as cpuset(7) has it.
func numberSet(text string) ([]byte, error) {
	mask := make([]byte, 8)
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 32)
		to, err2 := strconv.ParseUint(last, 10, 32)
		if err != nil || err2 != nil || from > to || to >= mostNumbers {
			return nil, fmt.Errorf("%q is no list of numbers and ranges below %d", text, mostNumbers)
		}
		for n := from; n <= to; n++ {
			for int(n/8) >= len(mask) {
				mask = append(mask, make([]byte, 8)...)
			}
			mask[n/8] |= 1 << (n % 8)
		}
	}
	return mask, nil
}
