package unit

import (
	"encoding/json"
	"time"
)

// Helper is the program's name. Its one argument is a verb; it exits with 0, or
// with 1 and one line on standard error.
const Helper = "isle-systemd"

// Verbs.
const (
	Start  = "start"  // make the scope around PIDs, and wait until it is there
	Stop   = "stop"   // end the scope with all its processes, and forget it
	Set    = "set"    // change properties until the next boot
	Attach = "attach" // move PIDs into the scope, which systemd may where a user may not
)

// Timeout is how long the helper waits for systemd, whatever it asks.
const Timeout = 20 * time.Second

// Request is what the helper is asked.
type Request struct {
	Name       string     `json:"name"`
	User       bool       `json:"user,omitempty"` // of the user's manager
	PIDs       []uint32   `json:"pids,omitempty"`
	Sub        string     `json:"sub,omitempty"` // Attach: the cgroup below the unit's, "/" being that
	Properties []Property `json:"properties,omitempty"`
}

// Property is a property of the unit. One that came with a later version of
// systemd than the running one is left out.
type Property struct {
	Name  string          `json:"name"`
	Type  string          `json:"type"`            // D-Bus signature, or Text
	Since int             `json:"since,omitempty"` // version of systemd
	Value json.RawMessage `json:"value"`
}

// Text is the type of a property that is given in GVariant's text format.
const Text = "text"
