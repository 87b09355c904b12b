package bundle

import (
	"math"
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// scheduler checks what sched_setattr(2) takes.
func (c *checker) scheduler(s *specs.Scheduler) {
	known(c, "policy", s.Policy, schedulerPolicies)
	if s.Policy == specs.SchedISO {
		c.refuse("policy", "SCHED_ISO is only reserved; no Linux has it")
	}
	c.between("nice", int64(s.Nice), -20, 19)
	switch realtime := s.Policy == specs.SchedFIFO || s.Policy == specs.SchedRR; {
	case realtime:
		c.between("priority", int64(s.Priority), 1, 99)
	case s.Priority != 0:
		c.refuse("priority", "only SCHED_FIFO and SCHED_RR have one")
	}
	each(c, "flags", s.Flags, func(c *checker, flag *specs.LinuxSchedulerFlag) {
		known(c, "", *flag, schedulerFlags)
	})
	c.deadline(s)
}

// deadline checks the three times of SCHED_DEADLINE (sched(7)): runtime <= deadline
// <= period, where a period of 0 is the deadline.
func (c *checker) deadline(s *specs.Scheduler) {
	const shortest = 1024 // nanoseconds
	times := [...]struct {
		name  string
		value uint64
	}{{"runtime", s.Runtime}, {"deadline", s.Deadline}, {"period", s.Period}}
	if s.Policy != specs.SchedDeadline {
		for _, time := range times {
			if time.value != 0 {
				c.refuse(time.name, "only SCHED_DEADLINE has one")
			}
		}
		return
	}
	for _, time := range times {
		if time.value > math.MaxInt64 {
			c.refuse(time.name, strconv.FormatUint(time.value, 10)+" ns is more than the kernel takes")
		}
	}
	if s.Runtime < shortest {
		c.refuse("runtime", strconv.FormatUint(s.Runtime, 10)+" ns is less than "+strconv.Itoa(shortest))
	}
	if s.Deadline < s.Runtime || s.Deadline == 0 {
		c.refuse("deadline", strconv.FormatUint(s.Deadline, 10)+" ns is less than runtime")
	}
	if s.Period != 0 && s.Period < s.Deadline {
		c.refuse("period", strconv.FormatUint(s.Period, 10)+" ns is less than deadline")
	}
}

// ioPriority checks what ioprio_set(2) takes.
func (c *checker) ioPriority(p *specs.LinuxIOPriority) {
	known(c, "class", p.Class, ioPriorityClasses)
	c.between("priority", int64(p.Priority), 0, 7)
}

func (c *checker) affinity(a *specs.CPUAffinity) {
	c.numberList("initial", a.Initial)
	c.numberList("final", a.Final)
}
