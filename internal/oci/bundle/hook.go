package bundle

import (
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// hooks checks the section "POSIX-platform Hooks".
func (c *checker) hooks(h *specs.Hooks) {
	//lint:ignore SA1019 deprecated, but engines write it
	each(c, "prestart", h.Prestart, (*checker).hook)
	each(c, "createRuntime", h.CreateRuntime, (*checker).hook)
	each(c, "createContainer", h.CreateContainer, (*checker).hook)
	each(c, "startContainer", h.StartContainer, (*checker).hook)
	each(c, "poststart", h.Poststart, (*checker).hook)
	each(c, "poststop", h.Poststop, (*checker).hook)
}

func (c *checker) hook(h *specs.Hook) {
	c.absolute("path", h.Path)
	if h.Timeout != nil && *h.Timeout <= 0 {
		c.refuse("timeout", strconv.Itoa(*h.Timeout)+" seconds; want 1 or more, or none")
	}
}

// annotation checks the section "Annotations".
func (c *checker) annotation(key, _ string) {
	if key == "" {
		c.refuse("", "an annotation must have a name")
	}
}
