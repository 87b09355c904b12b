package options

import (
	"fmt"
	"path/filepath"
	"strings"

	"isle/internal/caps"
	"isle/internal/engine/request"
)

const privilegesGroup = "Containers: privileges"

func privileges() []Option {
	const g = privilegesGroup
	r := func(o *Options) *request.Container { return &o.Request }
	return []Option{
		opt(g, "cap-add", 0, "CAP", "add a capability to those that containers have; ALL adds all", capability(func(o *Options) *[]string { return &r(o).CapAdd })),
		opt(g, "cap-drop", 0, "CAP", "drop a capability; ALL drops all", capability(func(o *Options) *[]string { return &r(o).CapDrop })),
		sw(g, "privileged", 0, "give it all capabilities, all devices, and hide nothing from it", on(func(o *Options) *bool { return &r(o).Privileged })),
		opt(g, "security-opt", 0, "OPTION", "seccomp=FILE|unconfined, no-new-privileges, apparmor=PROFILE, label=LABEL, mask=PATH:..., unmask=ALL|PATH:...", setSecurity),
		opt(g, "sysctl", 0, "NAME=VALUE", "set a parameter of the kernel that its namespaces have of their own", pair(func(o *Options) *map[string]string { return &r(o).Sysctl })),
	}
}

// capability takes names, with or without CAP_, with commas between them.
func capability(field func(*Options) *[]string) setter {
	return func(o *Options, s string) error {
		for name := range strings.SplitSeq(s, ",") {
			if _, err := caps.ParseCap(name); err != nil && !strings.EqualFold(name, "all") {
				return err
			}
			*field(o) = append(*field(o), name)
		}
		return nil
	}
}

// setSecurity takes NAME=VALUE, or as docker once had it NAME:VALUE.
func setSecurity(o *Options, s string) error {
	name, value, has := strings.Cut(s, "=")
	if !has {
		name, value, has = strings.Cut(s, ":")
	}
	r := &o.Request
	if name == "no-new-privileges" {
		on, err := given(value, has)
		r.NoNewPrivileges = on
		return err
	}
	if value == "" {
		return fmt.Errorf("%q is not NAME=VALUE", s)
	}
	switch name {
	case "seccomp":
		return setSeccomp(r, value)
	case "apparmor":
		r.AppArmor = value
	case "label":
		r.Label = append(r.Label, value)
	case "mask":
		return maskPaths(&r.Mask, value)
	case "unmask":
		if strings.EqualFold(value, "all") {
			r.Unmask = append(r.Unmask, "ALL")
			return nil
		}
		return maskPaths(&r.Unmask, value)
	case "systempaths":
		if value != "unconfined" {
			return fmt.Errorf("systempaths is unconfined, not %q", value)
		}
		r.Unmask = append(r.Unmask, "ALL")
	case "proc-opts":
		return fmt.Errorf("proc-opts: isle mounts proc as it always does")
	default:
		return fmt.Errorf("%q is not one of seccomp, no-new-privileges, apparmor, label, mask, unmask", name)
	}
	return nil
}

// setSeccomp keeps an absolute path: the profile is read at each start.
func setSeccomp(r *request.Container, value string) (err error) {
	if r.Seccomp = value; value != "unconfined" {
		r.Seccomp, err = filepath.Abs(value)
	}
	return err
}

func maskPaths(list *[]string, value string) error {
	for path := range strings.SplitSeq(value, ":") {
		if err := checkAbsolute(path); err != nil {
			return err
		}
		*list = append(*list, path)
	}
	return nil
}
