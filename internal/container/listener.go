package container

import (
	"encoding/json"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// processState is what the agent of a seccomp filter is told with the filter's
// descriptor (OCI runtime specification, "The Container Process State").
func processState(state *specs.State, pid int, metadata string) ([]byte, error) {
	state.Pid = pid
	return json.Marshal(&specs.ContainerProcessState{
		Version: specs.Version, Fds: []string{specs.SeccompFdName}, Pid: pid, Metadata: metadata, State: *state,
	})
}
