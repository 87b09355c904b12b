package setup

import (
	"testing"
	"time"

	"isle/internal/engine/request"
	"isle/internal/image/store"
)

// TestHealth: what was asked for counts, then the image, then what is usual.
func TestHealth(t *testing.T) {
	image := &store.Config{Config: store.Execution{StopSignal: "SIGINT", Healthcheck: &store.Healthcheck{Test: []string{"CMD", "check"}, Interval: time.Minute, Retries: 7}}}
	h := Health(&request.Container{Health: &request.Health{Interval: time.Second, OnFailure: "kill"}}, image)
	if h == nil || h.Test[1] != "check" || h.Interval != time.Second || h.Retries != 7 || h.Timeout != 30*time.Second || h.OnFailure != "kill" {
		t.Errorf("%+v", h)
	}
	for name, h := range map[string]*request.Health{
		"nothing":        Health(&request.Container{}, nil),
		"turned off":     Health(&request.Container{Health: &request.Health{None: true}}, image),
		"none in images": Health(&request.Container{}, &store.Config{Config: store.Execution{Healthcheck: &store.Healthcheck{Test: []string{"NONE"}}}}),
	} {
		if h != nil {
			t.Errorf("%s: %+v", name, h)
		}
	}
	for want, got := range map[string]string{
		"SIGTERM": StopSignal(&request.Container{}, nil),
		"SIGINT":  StopSignal(&request.Container{}, image),
		"9":       StopSignal(&request.Container{StopSignal: "9"}, image),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
