package inspect

import (
	"os"
	"strings"

	"github.com/moby/sys/mountinfo"
)

// Mount is a mount that a process sees (proc_pid_mountinfo(5)).
type Mount struct {
	ID      int      `json:"id"`
	Parent  int      `json:"parent"`
	Point   string   `json:"point"`  // in the process's root
	Root    string   `json:"root"`   // what of the file system is mounted
	Type    string   `json:"type"`   // of the file system
	Source  string   `json:"source"` // a device, or what mount(8) was told
	Device  [2]int   `json:"device"` // major and minor
	Options []string `json:"options"`
	// Super are the file system's own options, and Optional the propagation:
	// "shared:5", "master:3".
	Super    []string `json:"super,omitempty"`
	Optional []string `json:"optional,omitempty"`
}

func (p *Process) readMounts() error {
	f, err := os.Open(p.path("mountinfo"))
	if err != nil {
		return err
	}
	defer f.Close()
	list, err := mountinfo.GetMountsFromReader(f, nil)
	if err != nil {
		return err
	}
	p.Mounts = make([]Mount, 0, len(list))
	for _, m := range list {
		p.Mounts = append(p.Mounts, Mount{
			ID: m.ID, Parent: m.Parent, Point: m.Mountpoint, Root: m.Root, Type: m.FSType, Source: m.Source,
			Device: [2]int{m.Major, m.Minor}, Options: strings.Split(m.Options, ","), Super: words(m.VFSOptions), Optional: strings.Fields(m.Optional),
		})
	}
	return nil
}

func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// Has says whether a mount has an option of its own, such as "ro" or "nosuid".
func (m *Mount) Has(option string) bool {
	for _, o := range m.Options {
		if o == option {
			return true
		}
	}
	return false
}

// At returns the mount that a path of the process's root is on, without
// following links: of those whose point is above it the deepest, and of several
// at one point the last. Nil if there is none.
func (p *Process) At(path string) *Mount {
	var at *Mount
	for i := range p.Mounts {
		m := &p.Mounts[i]
		if !within(path, m.Point) {
			continue
		}
		if at == nil || len(m.Point) >= len(at.Point) {
			at = m
		}
	}
	return at
}

// within says whether a path is another one or below it.
func within(path, above string) bool {
	return above == "/" || path == above || strings.HasPrefix(path, above+"/")
}
