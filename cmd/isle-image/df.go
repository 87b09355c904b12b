package main

import (
	"context"
	"os"

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
	return c.PrintUsage(os.Stdout, rows)
}
