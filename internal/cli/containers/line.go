package containers

import (
	"strings"

	"isle/internal/cli/verb"
)

// Line is a line of isle ps as templates see it: texts, by podman's names.
type Line struct {
	ID, Image, ImageID, Command     string
	Names, State, Status            string
	Created, CreatedAt, RunningFor  string
	CreatedHuman                    string
	Ports, Mounts, Networks, Size   string
	Pid, ExitCode, Restarts         int
	Exited, AutoRemove, IsInfra     bool
	ExitedAt, StartedAt             int64
	Labels                          map[string]string
	Pod, PodName, PodID, Namespaces string
}

// Label is the value of a label.
func (l Line) Label(name string) string { return l.Labels[name] }

// PsLines returns what isle ps lists for a template.
func PsLines(c *verb.Command) ([]Line, error) {
	rows, err := PsRows(c)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, 0, len(rows))
	for _, r := range rows {
		lines = append(lines, Line{
			ID: cut(c, r.ID), Image: r.Image, ImageID: r.ImageID, Command: commandText(c, r.Command), Names: strings.Join(r.Names, ","),
			State: r.State, Status: r.Status, Created: r.CreatedAt, RunningFor: r.CreatedAt, CreatedHuman: r.CreatedAt,
			CreatedAt: r.created.Format("2006-01-02 15:04:05.999999999 -0700 MST"), Ports: strings.Join(r.Ports, ", "), Mounts: strings.Join(r.Mounts, ","),
			Networks: strings.Join(r.Networks, ","), Size: r.Size.String(), Pid: r.Pid, ExitCode: r.ExitCode, Restarts: r.Restarts,
			Exited: r.Exited, AutoRemove: r.AutoRemove, ExitedAt: r.ExitedAt, StartedAt: r.StartedAt, Labels: r.Labels,
		})
	}
	return lines, nil
}
