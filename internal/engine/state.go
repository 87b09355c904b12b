package engine

import (
	"time"

	"isle/internal/idmap"
)

// State is what became of a container. It is written by who starts it and who
// finds that it has ended.
type State struct {
	PID       int    // of its first process; 0 before it was ever started and after its end was seen
	Start     uint64 // when that process started, in clock ticks since boot; tells it from a later one of its pid
	Monitor   int    // pid of the process that holds the container; 0 if isle run itself waits for it
	MonStart  uint64 // and when that started
	Started   time.Time
	Finished  time.Time // the zero time while it runs
	ExitCode  int       // 128+N for signal N; -1 if nobody saw it end
	OOMKilled bool
	Error     string   // why it could not be started
	Warnings  []string `json:",omitempty"` // what was asked for and passed over at its start
	Restarts  int
	Stopping  bool      // it was asked to end, by stop or kill: no policy starts it again
	Volumes   []string  // its anonymous volumes, which are removed with it
	IDs       idmap.Map `json:",omitempty"` // of the host, that it has by --userns auto
	Again     bool      `json:",omitempty"` // it is started once more when it has ended, whatever the policy
	Health    Health    `json:",omitzero"`
}

// Health is what the checks of a container's health found.
type Health struct {
	Status string // "", "starting", "healthy", "unhealthy"
	Failed int    // how many times running
	Log    []Probe
}

// Probe is a check of a container's health.
type Probe struct {
	Start, End time.Time
	ExitCode   int
	Output     string // the first 500 bytes
}

// Status is what a container is doing, in podman's words.
type Status string

// The statuses.
const (
	Created Status = "created"
	Running Status = "running"
	Paused  Status = "paused"
	Exited  Status = "exited"
)
