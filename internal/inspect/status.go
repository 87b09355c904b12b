package inspect

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"isle/internal/caps"
)

// Credentials are who a process is and what it may do (credentials(7),
// capabilities(7)). Ids are those of the reader's user namespace.
type Credentials struct {
	// UIDs and GIDs are the real, effective, saved and file system ids.
	UIDs   [4]uint32 `json:"uids"`
	GIDs   [4]uint32 `json:"gids"`
	Groups []uint32  `json:"groups,omitempty"`

	Inheritable caps.Set `json:"inheritable"`
	Permitted   caps.Set `json:"permitted"`
	Effective   caps.Set `json:"effective"`
	Bounding    caps.Set `json:"bounding"`
	Ambient     caps.Set `json:"ambient"`

	NoNewPrivs bool `json:"noNewPrivs"`
	// Seccomp is 0 for none, 1 for strict, 2 for filters, of which there are
	// Filters.
	Seccomp int `json:"seccomp"`
	Filters int `json:"filters"`
	// Label is the security module's, empty without one.
	Label string `json:"label,omitempty"`
	// Tracer is the pid of who traces the process, 0 if nobody.
	Tracer  int `json:"tracer,omitempty"`
	Threads int `json:"threads"`
}

// field is a line of /proc/PID/status and where it goes.
type field struct {
	name string
	take func(*Credentials, string) error
}

// fields are those that are read (proc_pid_status(5)).
var fields = [...]field{
	{"Uid", func(c *Credentials, s string) error { return four(&c.UIDs, s) }},
	{"Gid", func(c *Credentials, s string) error { return four(&c.GIDs, s) }},
	{"Groups", func(c *Credentials, s string) (err error) { c.Groups, err = ids(s); return }},
	{"CapInh", func(c *Credentials, s string) (err error) { c.Inheritable, err = caps.ParseMask(s); return }},
	{"CapPrm", func(c *Credentials, s string) (err error) { c.Permitted, err = caps.ParseMask(s); return }},
	{"CapEff", func(c *Credentials, s string) (err error) { c.Effective, err = caps.ParseMask(s); return }},
	{"CapBnd", func(c *Credentials, s string) (err error) { c.Bounding, err = caps.ParseMask(s); return }},
	{"CapAmb", func(c *Credentials, s string) (err error) { c.Ambient, err = caps.ParseMask(s); return }},
	{"NoNewPrivs", func(c *Credentials, s string) error { c.NoNewPrivs = s == "1"; return nil }},
	{"Seccomp", func(c *Credentials, s string) (err error) { c.Seccomp, err = strconv.Atoi(s); return }},
	{"Seccomp_filters", func(c *Credentials, s string) (err error) { c.Filters, err = strconv.Atoi(s); return }},
	{"TracerPid", func(c *Credentials, s string) (err error) { c.Tracer, err = strconv.Atoi(s); return }},
	{"Threads", func(c *Credentials, s string) (err error) { c.Threads, err = strconv.Atoi(s); return }},
}

func (p *Process) readCredentials() error {
	text, err := p.read("status")
	if err != nil {
		return err
	}
	if err := p.Credentials.parse(text); err != nil {
		return err
	}
	if label, err := os.ReadFile(p.path("attr/current")); err == nil {
		p.Credentials.Label = strings.TrimRight(string(label), "\x00\n")
	}
	return nil
}

// parse reads the text of a status file.
func (c *Credentials) parse(text string) error {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		for _, f := range fields {
			if f.name == name {
				if err := f.take(c, strings.TrimSpace(value)); err != nil {
					return fmt.Errorf("status, %s: %w", name, err)
				}
			}
		}
	}
	return nil
}

func four(to *[4]uint32, s string) error {
	list, err := ids(s)
	if err == nil && len(list) != len(to) {
		err = fmt.Errorf("%q is not four ids", s)
	}
	copy(to[:], list)
	return err
}

func ids(s string) (list []uint32, err error) {
	for word := range strings.FieldsSeq(s) {
		n, err := strconv.ParseUint(word, 10, 32)
		if err != nil {
			return nil, err
		}
		list = append(list, uint32(n))
	}
	return list, nil
}
