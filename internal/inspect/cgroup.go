package inspect

import "isle/internal/cgroup"

// Cgroup is a cgroup tree and where in it a process is.
type Cgroup struct {
	V2          bool     `json:"v2"`
	Controllers []string `json:"controllers,omitempty"`
	Path        string   `json:"path"` // from the root of the reader's cgroup namespace
}

func (p *Process) readCgroups() error {
	trees, err := cgroup.Of(p.PID)
	if err != nil {
		return err
	}
	for _, h := range trees {
		p.Cgroups = append(p.Cgroups, Cgroup{h.V2, h.Controllers, h.Path})
	}
	p.Resources = cgroup.Limits(trees)
	return nil
}
