package resources

import (
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func memoryLimit(r *specs.LinuxResources, file string) string {
	if r.Memory == nil {
		return ""
	}
	return signed(r.Memory.Limit, file)
}

// memorySwap is memory and swap together in version 1 and in the specification,
// and swap alone in version 2. Unlimited memory has unlimited swap if nothing is
// said of it.
func memorySwap(r *specs.LinuxResources, file string) string {
	if r.Memory == nil {
		return ""
	}
	memory, swap := value(r.Memory.Limit), value(r.Memory.Swap)
	switch {
	case swap == 0 && memory == -1:
		return limit(-1, file)
	case swap == 0:
		return ""
	case file == "memory.swap.max" && swap > 0 && memory > 0:
		return limit(swap-memory, file)
	}
	return limit(swap, file)
}

// swapless says whether what is asked for holds where no swap is counted:
// everything, or nothing beyond memory.
func swapless(r *specs.LinuxResources) bool {
	memory, swap := value(r.Memory.Limit), value(r.Memory.Swap)
	return swap <= 0 || swap == memory
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

func memoryReservation(r *specs.LinuxResources, file string) string {
	if r.Memory == nil {
		return ""
	}
	return signed(r.Memory.Reservation, file)
}

func memoryKernelTCP(r *specs.LinuxResources, file string) string {
	if r.Memory == nil {
		return ""
	}
	return signed(r.Memory.KernelTCP, file)
}

func memorySwappiness(r *specs.LinuxResources, _ string) string {
	if r.Memory == nil || r.Memory.Swappiness == nil {
		return ""
	}
	return strconv.FormatUint(*r.Memory.Swappiness, 10)
}

func memoryOOM(r *specs.LinuxResources, _ string) string {
	switch {
	case r.Memory == nil || r.Memory.DisableOOMKiller == nil:
		return ""
	case *r.Memory.DisableOOMKiller:
		return "1"
	}
	return "0"
}
