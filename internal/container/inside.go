package container

import (
	"bytes"
	"context"
	"fmt"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/oci"
	"isle/ns"
	"isle/sandbox"
)

// inside runs hooks in the namespaces of a container's process, and in the root
// that those have at the time: the host's before the pivot, the container's after.
func (c *Container) inside(pid int) func(kind string, h *specs.Hook, state []byte) error {
	return func(kind string, h *specs.Hook, state []byte) error {
		spec, err := c.Spec()
		if err != nil {
			return err
		}
		limit := longestHook
		if h.Timeout != nil {
			limit = time.Duration(*h.Timeout) * time.Second
		}
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		cmd := sandbox.CommandContext(ctx, h.Path, h.Args...)
		if cmd.Args = h.Args; len(h.Args) == 0 {
			cmd.Args = []string{h.Path}
		}
		cmd.Env = append([]string{}, h.Env...)
		cmd.Join = joined(spec, pid)
		if kind == "startContainer" { // the image's own program, with what the container may do
			cmd.Capabilities = allowed(spec)
		}
		cmd.Dir = "/"
		cmd.Stdin = bytes.NewReader(state)
		var output tail
		cmd.Stdout, cmd.Stderr = &output, &output
		cmd.WaitDelay = time.Second
		if err := cmd.Run(); err != nil {
			if ctx.Err() != nil {
				err = fmt.Errorf("it was killed after %v", limit)
			}
			return &hookError{kind, h.Path, err, output.String()}
		}
		return nil
	}
}

// allowed are the capabilities of a container's process.
func allowed(spec *specs.Spec) *[]string {
	names := []string{}
	if c := spec.Process.Capabilities; c != nil {
		names = c.Permitted
	}
	return &names
}

// joined are the namespaces of a container's process that this one is not in.
func joined(spec *specs.Spec, pid int) []sandbox.Namespace {
	var list []sandbox.Namespace
	for _, n := range spec.Linux.Namespaces {
		if kind, ok := oci.KindOf(n.Type); ok && kind != ns.Time && !oci.SameNamespace(pid, kind) {
			list = append(list, sandbox.Namespace{Kind: kind, PID: pid})
		}
	}
	return list
}
