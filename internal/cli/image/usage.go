package image

import (
	"fmt"
	"io"

	"isle/internal/cli/show"
)

// Usage is a line of system df.
type Usage struct {
	Type              string
	Total, Active     int
	Size, Reclaimable int64
}

// PrintUsage prints what the store takes.
func (c *Command) PrintUsage(w io.Writer, rows []Usage) error {
	switch f := c.Value("format"); {
	case f == "json":
		return show.JSON(w, rows)
	case f != "" && f != "table":
		return fmt.Errorf("'%s' is no format: that is table, json, or a Go template", f)
	}
	lines := [][]string{{"TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"}}
	for _, r := range rows {
		part := int64(0)
		if r.Size > 0 {
			part = r.Reclaimable * 100 / r.Size
		}
		lines = append(lines, []string{r.Type, fmt.Sprint(r.Total), fmt.Sprint(r.Active), show.Size(r.Size), fmt.Sprintf("%s (%d%%)", show.Size(r.Reclaimable), part)})
	}
	return show.Columns(w, lines)
}
