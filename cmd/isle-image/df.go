package main

import (
	"context"
	"os"

	"isle/internal/cli/containers"
	"isle/internal/cli/format"
	cli "isle/internal/cli/image"
	"isle/internal/image"
)

// df says what the store takes.
func df(_ context.Context, l *image.Library, c *cli.Command) error {
	u, err := l.Usage()
	if err != nil {
		return err
	}
	rows := []cli.Usage{
		{Type: "Images", Total: u.Images, Active: u.Pinned, Size: u.Content, Reclaimable: u.Content - u.PinnedContent},
		{Type: "Layers", Total: u.Layers, Active: u.PinnedLayers, Size: u.Unpacked, Reclaimable: u.Unpacked - u.PinnedUnpacked},
	}
	more, err := containers.Usage()
	if err != nil {
		return err
	}
	rows = append(rows, more...)
	if c.IsTemplate() {
		return format.Render(os.Stdout, c.Value("format"), rows)
	}
	return c.PrintUsage(os.Stdout, rows)
}
