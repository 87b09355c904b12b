package container

import (
	"context"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/oci/resctrl"
	"isle/internal/oci/resources"
	"isle/internal/plan"
)

// Update changes the limits of a container, and its shares of caches and memory
// bandwidth unless shares is nil.
func (s Store) Update(id string, r *specs.LinuxResources, shares *specs.LinuxIntelRdt) error {
	c, err := s.Lock(id)
	if err != nil {
		return err
	}
	defer c.Close()
	if c.PID == 0 || !c.alive() {
		return c.notRunning()
	}
	if err := c.updateShare(shares); err != nil {
		return err
	}
	return c.Cgroup.Update(r)
}

// Event is a line that the verb events prints.
type Event struct {
	Type string `json:"type"` // "stats" or "oom"
	ID   string `json:"id"`
	Data any    `json:"data,omitempty"`
}

// Events reports what a container uses once, or each interval until it ends,
// and whenever its memory ran out.
func (s Store) Events(id string, interval time.Duration, report func(e any) error) error {
	c, err := s.Open(id)
	if err != nil {
		return err
	}
	defer c.Close()
	if c.PID == 0 || !c.alive() {
		return c.notRunning()
	}
	if interval == 0 {
		return c.reportStats(report)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	oom := make(chan struct{}, 1)
	if err := c.Cgroup.WatchOOM(ctx, func() {
		select {
		case oom <- struct{}{}:
		default: // one is yet to be reported
		}
	}); err != nil {
		return err
	}
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for c.alive() {
		select {
		case <-oom:
			err = report(&Event{Type: "oom", ID: id})
		case <-ticks.C:
			err = c.reportStats(report)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Container) reportStats(report func(e any) error) error {
	spec, err := c.Spec()
	if err != nil {
		return err
	}
	u := usage{}
	if u.Stats, err = c.Cgroup.Stats(); err != nil {
		return err
	}
	group, err := share(spec, c.ID)
	if err == nil && group != nil {
		err = group.Measure(&u.IntelRdt)
	}
	if err != nil {
		return err
	}
	return report(&Event{Type: "stats", ID: c.ID, Data: &u})
}

// usage is what a container has used: its cgroups, and its group of resctrl.
type usage struct {
	*resources.Stats
	IntelRdt resctrl.Stats `json:"intel_rdt"`
}

// Spec is the configuration of a container that exists.
func (s Store) Spec(id string) (*specs.Spec, error) {
	c, err := s.Open(id)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.Spec()
}

// Plan is what Create, or without a gate Run, would do with a bundle.
func (s Store) Plan(id string, o *Options, gate bool) (*plan.Plan, error) {
	return planOf(id, o, gate)
}
