package bundle

import (
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// intelRdt checks the section "IntelRdt": closID is a folder of resctrl, and every
// schema one line of a file there.
func (c *checker) intelRdt(r *specs.LinuxIntelRdt) {
	if id := r.ClosID; id == "." || id == ".." || id != "/" && strings.Contains(id, "/") {
		c.refuse("closID", quoted(id)+" is no name of a folder")
	}
	c.printable("closID", r.ClosID)
	each(c, "schemata", r.Schemata, func(c *checker, line *string) { c.line("", *line) })
	if r.L3CacheSchema != "" && !strings.HasPrefix(r.L3CacheSchema, "L3:") {
		c.warn("l3CacheSchema", quoted(r.L3CacheSchema)+" should begin with L3:")
	}
	c.line("l3CacheSchema", r.L3CacheSchema)
	if r.MemBwSchema != "" && !strings.HasPrefix(r.MemBwSchema, "MB:") {
		c.refuse("memBwSchema", quoted(r.MemBwSchema)+" must begin with MB:")
	}
	c.line("memBwSchema", r.MemBwSchema)
}

// line wants text without a newline.
func (c *checker) line(name, value string) {
	if strings.Contains(value, "\n") {
		c.refuse(name, "must be one line")
	}
}
