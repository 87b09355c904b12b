package bundle

import (
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// memoryPolicy checks the section "Memory policy" for what set_mempolicy(2) refuses.
func (c *checker) memoryPolicy(p *specs.LinuxMemoryPolicy) {
	known(c, "mode", p.Mode, memoryPolicyModes)
	c.numberList("nodes", p.Nodes)
	switch p.Mode {
	case specs.MpolDefault, specs.MpolLocal:
		if p.Nodes != "" {
			c.refuse("nodes", string(p.Mode)+" takes none")
		}
	case specs.MpolBind, specs.MpolInterleave, specs.MpolWeightedInterleave, specs.MpolPreferredMany:
		if p.Nodes == "" {
			c.refuse("nodes", "missing; "+string(p.Mode)+" needs at least one")
		}
	}
	each(c, "flags", p.Flags, func(c *checker, flag *specs.MemoryPolicyFlagType) {
		known(c, "", *flag, memoryPolicyFlags)
	})
	c.memoryPolicyFlags(p)
}

// memoryPolicyFlags checks that the flags fit the mode and each other.
func (c *checker) memoryPolicyFlags(p *specs.LinuxMemoryPolicy) {
	fixed := slices.Contains(p.Flags, specs.MpolFStaticNodes)
	relative := slices.Contains(p.Flags, specs.MpolFRelativeNodes)
	if fixed && relative {
		c.refuse("flags", "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other")
	}
	if (fixed || relative) && (p.Mode == specs.MpolLocal || p.Mode == specs.MpolPreferred && p.Nodes == "") {
		c.refuse("flags", string(p.Mode)+" without nodes takes neither MPOL_F_STATIC_NODES nor MPOL_F_RELATIVE_NODES")
	}
	if slices.Contains(p.Flags, specs.MpolFNumaBalancing) && p.Mode != specs.MpolBind && p.Mode != specs.MpolPreferredMany {
		c.refuse("flags", "MPOL_F_NUMA_BALANCING goes with MPOL_BIND and MPOL_PREFERRED_MANY alone")
	}
}
