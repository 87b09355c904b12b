package oci

import (
	"encoding/json"
	"os"

	"isle/internal/container"
)

func features() *verb {
	return &verb{
		name: "features", short: "Print what this runtime can do",
		run: func(c *call) error {
			e := json.NewEncoder(os.Stdout)
			e.SetIndent("", "  ")
			return e.Encode(container.Features())
		},
	}
}
