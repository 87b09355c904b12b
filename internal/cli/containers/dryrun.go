package containers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"isle/internal/cli/containers/options"
	"isle/internal/cli/parent"
	"isle/internal/engine"
	"isle/internal/image/store"
)

// dryRun shows what starting a container would do. The container is made for that,
// and is gone afterwards; no image is fetched.
func dryRun(prog string, e *engine.Engine, o *options.Options) int {
	r := o.Request
	r.Name = "" // that of another one may be taken
	c, err := e.Create(context.Background(), &r)
	if err != nil {
		if errors.Is(err, store.ErrUnknown) {
			err = fmt.Errorf("%w (isle pull fetches images; a dry run does not)", err)
		}
		return parent.Engine.Report(prog, err)
	}
	var text bytes.Buffer
	p, err := e.Plan(c)
	if err == nil {
		err = p.Show(&text, o.DryRun)
	}
	err = errors.Join(err, e.Remove(c, true))
	if err == nil { // nothing is left by now, though nobody may want to read all of it
		_, err = text.WriteTo(os.Stdout)
	}
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	return 0
}
