package compare

import (
	"fmt"
	"strings"

	"isle/internal/inspect"
)

// mounts compares what is mounted where: which paths only one has, and which
// have another source or other flags.
func (p *pair) mounts() []Row { return differ("", mounts(p.a), mounts(p.b)) }

// mounts are those that are seen: of several at one point the last.
func mounts(p *inspect.Process) (list []entry) {
	at := map[string]int{}
	for i := range p.Mounts {
		m := &p.Mounts[i]
		e := entry{m.Point, source(m)}
		if n, ok := at[m.Point]; ok {
			list[n] = e
			continue
		}
		at[m.Point] = len(list)
		list = append(list, e)
	}
	return list
}

// source says what is mounted, and how.
func source(m *inspect.Mount) string {
	what := m.Type
	if m.Source != "" && m.Source != m.Type && m.Source != "none" {
		what += " " + m.Source
	}
	if m.Root != "/" {
		what += " " + m.Root
	}
	return fmt.Sprintf("%s (%s)", what, strings.Join(m.Options, ","))
}
