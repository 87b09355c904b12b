package setup

import (
	"cmp"
	"time"

	"isle/internal/engine/request"
	"isle/internal/image/store"
)

// Health is how it is found out whether the container does what it should: what
// was asked for and, where that says nothing, the image. It is nil if there is
// nothing to be found out.
func Health(r *request.Container, image *store.Config) *request.Health {
	var own store.Healthcheck
	if image != nil && image.Config.Healthcheck != nil {
		own = *image.Config.Healthcheck
	}
	var h request.Health
	if r.Health != nil {
		h = *r.Health
	}
	if len(h.Test) == 0 {
		h.Test = own.Test
	}
	if h.None || len(h.Test) == 0 || h.Test[0] == "" || h.Test[0] == "NONE" {
		return nil
	}
	h.Interval = cmp.Or(h.Interval, own.Interval, 30*time.Second)
	h.Timeout = cmp.Or(h.Timeout, own.Timeout, 30*time.Second)
	h.StartPeriod = cmp.Or(h.StartPeriod, own.StartPeriod)
	h.StartInterval = cmp.Or(h.StartInterval, own.StartInterval, 5*time.Second)
	h.Retries = cmp.Or(h.Retries, own.Retries, 3)
	return &h
}

// StopSignal is the signal that asks the container to end, by its name or number:
// the one that was asked for, the image's, or SIGTERM.
func StopSignal(r *request.Container, image *store.Config) string {
	own := ""
	if image != nil {
		own = image.Config.StopSignal
	}
	return cmp.Or(r.StopSignal, own, "SIGTERM")
}
