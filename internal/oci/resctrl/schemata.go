package resctrl

import (
	"fmt"
	"os"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// schemata are the shares of a configuration, in the order in which they are
// written: a line for each resource, "L3:0=f;1=ff".
type schemata struct {
	l3, memBw string // compared with what a named group has
	more      []string
}

func wanted(c *specs.LinuxIntelRdt) schemata {
	return schemata{c.L3CacheSchema, c.MemBwSchema, c.Schemata}
}

func (s schemata) lines() []string {
	var lines []string
	for _, line := range append([]string{s.l3, s.memBw}, s.more...) {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// check wants lines that the kernel takes as one each.
func (s schemata) check() error {
	const longest = 4 << 10 // a page, of which the kernel reads no more at once
	for _, line := range s.lines() {
		if strings.ContainsAny(line, "\n\x00") || len(line) >= longest {
			return fmt.Errorf("linux.intelRdt: %.60q must be one line of less than %d bytes", line, longest)
		}
	}
	return nil
}

// write writes one line at a time: the kernel refuses a resource that comes twice
// in one.
func (s schemata) write(g *Group) error {
	for _, line := range s.lines() {
		if err := os.WriteFile(g.Dir+"/schemata", []byte(line+"\n"), 0); err != nil {
			return g.fs.failed(err, fmt.Sprintf("give the group %s the shares %q", g.Dir, line))
		}
	}
	return nil
}

// agrees wants a group to have the shares of l3CacheSchema and memBwSchema.
func (g *Group) agrees() error {
	if g.schemata.l3 == "" && g.schemata.memBw == "" {
		return nil
	}
	text, err := os.ReadFile(g.Dir + "/schemata")
	if err != nil {
		return err
	}
	for _, line := range []string{g.schemata.l3, g.schemata.memBw} {
		if line == "" {
			continue
		}
		if has, same := compare(string(text), line); !same {
			return fmt.Errorf("linux.intelRdt: the group %s has the shares %q, not %q (leave them out to take it as it is, or name another closID)", g.Dir, has, line)
		}
	}
	return nil
}

// compare finds the line of a group's schemata that is about the same resource,
// and says whether it has all values of want.
func compare(have, want string) (line string, same bool) {
	resource, values, _ := strings.Cut(want, ":")
	for line := range strings.Lines(have) {
		name, its, _ := strings.Cut(line, ":")
		if strings.TrimSpace(name) == strings.TrimSpace(resource) {
			return strings.TrimSpace(line), holds(its, values)
		}
	}
	return "", false
}

// holds says whether all of the entries "cache=value" are among others.
func holds(have, want string) bool {
	for entry := range strings.SplitSeq(want, ";") {
		cache, value, _ := strings.Cut(entry, "=")
		found := false
		for other := range strings.SplitSeq(have, ";") {
			c, v, _ := strings.Cut(other, "=")
			found = found || plain(c) == plain(cache) && plain(v) == plain(value)
		}
		if !found {
			return false
		}
	}
	return true
}

// plain is a number, in whatever base, without what does not change it: the
// kernel pads numbers with blanks or zeros.
func plain(number string) string {
	n := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(number)), "0x")
	if short := strings.TrimLeft(n, "0"); short != "" || n == "" {
		return short
	}
	return "0"
}
