package inspect

import (
	"strconv"
	"strings"
	"time"
)

// Limit is a resource limit (getrlimit(2)).
type Limit struct {
	Name string `json:"name"` // "Max open files"
	Soft string `json:"soft"` // a number or "unlimited"
	Hard string `json:"hard"`
}

func (p *Process) readLimits() error {
	text, err := p.read("limits")
	if err != nil {
		return err
	}
	p.Limits = parseLimits(text)
	return nil
}

// parseLimits reads a table whose columns begin where those of its heading do.
func parseLimits(text string) (list []Limit) {
	heading, rest, _ := strings.Cut(text, "\n")
	soft, hard := strings.Index(heading, "Soft"), strings.Index(heading, "Hard")
	if soft < 0 || hard < soft {
		return nil
	}
	for line := range strings.Lines(rest) {
		if len(line) <= hard {
			continue
		}
		value, _, _ := strings.Cut(strings.TrimSpace(line[hard:]), " ")
		list = append(list, Limit{strings.TrimSpace(line[:soft]), strings.TrimSpace(line[soft:hard]), value})
	}
	return list
}

// Clocks are how far the clocks of a process's time namespace are ahead of the
// host's (time_namespaces(7)).
type Clocks struct {
	Monotonic time.Duration `json:"monotonic"`
	Boottime  time.Duration `json:"boottime"`
}

func (p *Process) readClocks() error {
	text, err := p.read("timens_offsets")
	if err != nil {
		return err
	}
	p.Clocks = parseClocks(text)
	return nil
}

func parseClocks(text string) *Clocks {
	c := &Clocks{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) != 3 {
			continue
		}
		seconds, _ := strconv.ParseInt(words[1], 10, 64)
		nanoseconds, _ := strconv.ParseInt(words[2], 10, 64)
		offset := time.Duration(seconds)*time.Second + time.Duration(nanoseconds)
		switch words[0] {
		case "monotonic":
			c.Monotonic = offset
		case "boottime":
			c.Boottime = offset
		}
	}
	return c
}
