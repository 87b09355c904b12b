package bundle

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Write writes spec as JSON, indented with tabs as config.json is by custom.
func Write(w io.Writer, spec *specs.Spec) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(spec); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	return nil
}
