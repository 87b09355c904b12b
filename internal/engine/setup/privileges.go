package setup

import (
	"fmt"
	"path"
	"slices"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/caps"
)

// privileges are the capabilities. A program that is not root's has none at first
// but those that were asked for by name, which it keeps when it executes others;
// what is in the bounding set it may get from files.
func (m *maker) privileges() error {
	if err := m.labels(); err != nil {
		return err
	}
	base := caps.Default
	if m.req.Privileged {
		base = caps.UpTo(caps.Last())
	}
	set, err := caps.Apply(base, m.req.CapAdd, m.req.CapDrop)
	if err != nil {
		return fmt.Errorf("--cap-add, --cap-drop: %w", err)
	}
	set &= caps.UpTo(caps.Last())
	if !m.ids.own() && !m.ids.joined { // nothing more than isle has itself can be given
		set &= caps.Held()
	}
	names := set.Names()
	c := &specs.LinuxCapabilities{Bounding: names, Effective: names, Permitted: names}
	if m.user.UID != 0 {
		added, err := caps.Apply(0, m.req.CapAdd, m.req.CapDrop)
		if err != nil {
			return fmt.Errorf("--cap-add, --cap-drop: %w", err)
		}
		own := (added & set).Names()
		c.Effective, c.Permitted, c.Inheritable, c.Ambient = own, own, own, own
	}
	m.spec.Process.Capabilities = c
	return nil
}

// labels are what security modules are told.
func (m *maker) labels() error {
	if m.req.AppArmor != "" && m.req.AppArmor != "unconfined" {
		m.spec.Process.ApparmorProfile = m.req.AppArmor
	}
	for _, l := range m.req.Label {
		if l != "disable" && l != "nested" {
			m.warn("--security-opt label=%s: isle makes no SELinux labels, it is passed over", l)
		}
	}
	return nil
}

// What the kernel shows of the whole machine is hidden, or cannot be written to,
// as other engines have it.
var (
	maskedPaths = [...]string{"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
		"/proc/sched_debug", "/proc/scsi", "/proc/interrupts", "/sys/firmware", "/sys/fs/selinux", "/sys/dev/block", "/sys/devices/virtual/powercap"}
	readonlyPaths = [...]string{"/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}
)

func (m *maker) hidden() error {
	l := m.spec.Linux
	if !m.req.Privileged {
		for _, p := range maskedPaths {
			if !m.unmasked(p) {
				l.MaskedPaths = append(l.MaskedPaths, p)
			}
		}
		for _, p := range readonlyPaths {
			if !m.unmasked(p) {
				l.ReadonlyPaths = append(l.ReadonlyPaths, p)
			}
		}
	}
	for _, list := range m.req.Mask {
		for p := range strings.SplitSeq(list, ":") {
			if !path.IsAbs(p) {
				return fmt.Errorf("--security-opt mask=%s: %q is no absolute path", list, p)
			}
			if !slices.Contains(l.MaskedPaths, p) {
				l.MaskedPaths = append(l.MaskedPaths, p)
			}
		}
	}
	return nil
}

// unmasked says whether a path is to be seen: it was named, by a pattern even, or
// all are.
func (m *maker) unmasked(p string) bool {
	for _, list := range m.req.Unmask {
		if strings.EqualFold(list, "all") {
			return true
		}
		for pattern := range strings.SplitSeq(list, ":") {
			if ok, err := path.Match(path.Clean(pattern), p); ok && err == nil {
				return true
			}
		}
	}
	return false
}
