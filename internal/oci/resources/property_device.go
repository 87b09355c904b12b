package resources

import specs "github.com/opencontainers/runtime-spec/specs-go"

// devices gives the rules as systemd has them (DeviceAllow). A rule for one minor
// number of every major it cannot say. They are for version 1 alone: in version 2
// systemd and isle each have a program of their own, and a device that a tool for
// graphics cards allows later would be denied by systemd's when that reloads.
func (s *sheet) devices(r *specs.LinuxResources) error {
	rules, err := deviceRules(r)
	if err != nil {
		return err
	}
	l, err := listOf(rules)
	if err != nil {
		return err
	}
	policy, allowed := "strict", [][2]string{}
	if l.allow {
		policy = "auto"
	}
	for _, e := range l.exceptions {
		if name := e.unitName(); name != "" && !l.allow {
			allowed = append(allowed, [2]string{name, e.allowed.String()})
		}
	}
	s.add("DeviceAllow", "a(ss)", 0, [][2]string{}) // an empty list takes back what was there
	s.add("DevicePolicy", "s", 0, policy)
	s.add("DeviceAllow", "a(ss)", 0, allowed)
	return nil
}

func (v verdict) unitName() string {
	class, dir := "char", "/dev/char/"
	if v.kind == 'b' {
		class, dir = "block", "/dev/block/"
	}
	switch {
	case v.major == wildcard && v.minor == wildcard:
		return class + "-*"
	case v.major == wildcard:
		return ""
	case v.minor == wildcard:
		return class + "-" + deviceWord(v.major)
	}
	return dir + deviceWord(v.major) + ":" + deviceWord(v.minor)
}
