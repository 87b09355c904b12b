package setup

import (
	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/engine/request"
)

// Limits are the limits as cgroups are told of them.
func Limits(l *request.Limits) (*specs.LinuxResources, error) {
	r := &specs.LinuxResources{}
	limit(r, l)
	return r, blockLimits(r, l)
}
