package options

import (
	"errors"
	"fmt"
	"slices"

	"isle/internal/engine/request"
)

// Given says whether an option was given.
func (o *Options) Given(long string) bool { return o.given[long] }

// check refuses what does not go together.
func (o *Options) check() error {
	r := &o.Request
	for _, pair := range [][2]string{{"detach", "attach"}, {"userns", "uidmap"}, {"userns", "gidmap"}, {"platform", "arch"}, {"platform", "os"}} {
		if o.given[pair[0]] && o.given[pair[1]] && (pair[0] != "detach" || o.Detach) {
			return fmt.Errorf("--%s and --%s do not go together", pair[0], pair[1])
		}
	}
	switch {
	case r.Remove && r.Restart != "" && r.Restart != "on-failure":
		return fmt.Errorf("--rm and --restart %s do not go together", r.Restart)
	case o.PreserveFDs > 0 && (!r.Remove || o.Detach || r.Terminal):
		return errors.New("--preserve-fds: it goes with --rm alone, without --detach and --tty, for who holds other containers has not got the descriptors")
	case o.Replace && r.Name == "":
		return errors.New("--replace: it is not said whom, by --name")
	case r.Health != nil && r.Health.None && len(r.Health.Test) > 0:
		return errors.New("--no-healthcheck and --health-cmd do not go together")
	case slices.Contains(r.Groups, "keep-groups") && len(r.Groups) > 1:
		return errors.New("--group-add keep-groups goes with no other group")
	}
	return CheckLimits(&r.Limits)
}

// CheckLimits refuses limits that contradict each other.
func CheckLimits(l *request.Limits) error {
	switch {
	case l.CPUs > 0 && (l.CPUQuota != 0 || l.CPUPeriod != 0):
		return errors.New("--cpus and --cpu-period or --cpu-quota do not go together")
	case l.MemorySwap > 0 && l.Memory == 0:
		return errors.New("--memory-swap: it needs --memory too, of which it is the sum with swap")
	case l.MemorySwap > 0 && l.MemorySwap < l.Memory:
		return errors.New("--memory-swap is memory and swap together: it cannot be less than --memory")
	case l.MemoryReservation > 0 && l.Memory > 0 && l.MemoryReservation > l.Memory:
		return errors.New("--memory-reservation cannot be more than --memory")
	}
	return nil
}
