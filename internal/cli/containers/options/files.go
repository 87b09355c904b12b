package options

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"isle/internal/engine/request"
)

const filesGroup = "Containers: files"

func files() []Option {
	const g = filesGroup
	r := func(o *Options) *request.Container { return &o.Request }
	return []Option{
		opt(g, "rootfs", 0, "DIR", "no image: the root is this folder, which is written to", setRootFS),
		sw(g, "read-only", 0, "make the root read-only", on(func(o *Options) *bool { return &r(o).ReadOnly })),
		sw(g, "read-only-tmpfs", 0, "with --read-only: /run, /tmp and /var/tmp can be written to all the same, as they can unless BOOL is false", on(func(o *Options) *bool { return &r(o).ReadOnlyTmpfs })),
		opt(g, "volume", 'v', "[SRC:]DST[:OPT,...]", "bring a folder or file of the host in, or a volume if SRC is a name; ro makes it read-only, U gives it to the container's user, O keeps changes apart", setVolume),
		opt(g, "mount", 0, "type=T,src=S,dst=D,...", "mount a bind, a volume, a tmpfs, an image or devpts", setMount),
		opt(g, "tmpfs", 0, "DST[:OPT,...]", "mount a tmpfs", setTmpfs),
		opt(g, "volumes-from", 0, "CONTAINER[:OPT,...]", "mount what another container has mounted", setVolumesFrom),
		opt(g, "image-volume", 0, "HOW", "what becomes of the image's volumes: anonymous (also bind), tmpfs, ignore", setImageVolume),
		opt(g, "secret", 0, "NAME[,type=T,...]", "give a secret to read: a file below /run/secrets, or with type=env a variable; target=, uid=, gid=, mode=", setSecret),
		opt(g, "device", 0, "HOST[:DST][:rwm]", "give it a device of the host", setDevice),
		opt(g, "device-cgroup-rule", 0, "RULE", "allow devices: 'c 1:3 rwm'", setDeviceRule),
		sw(g, "no-hosts", 0, "leave the image's /etc/hosts alone", on(func(o *Options) *bool { return &r(o).NoHosts })),
	}
}

func setRootFS(o *Options, s string) error {
	if s == "" {
		return errors.New("the name of the folder is empty")
	}
	dir, err := filepath.Abs(s)
	o.Request.Image.RootFS = dir
	return err
}

func setVolumesFrom(o *Options, s string) error {
	name, opts, _ := strings.Cut(s, ":")
	if !isName(name) {
		return fmt.Errorf("%q names no container", name)
	}
	for opt := range strings.SplitSeq(opts, ",") {
		if opt != "" && opt != "ro" && opt != "rw" && opt != "z" {
			return fmt.Errorf("%q is not one of ro, rw, z", opt)
		}
	}
	o.Request.VolumesFrom = append(o.Request.VolumesFrom, s)
	return nil
}

func setImageVolume(o *Options, s string) error {
	if err := word(func(o *Options) *string { return &o.Request.ImageVolumes }, "anonymous", "bind", "tmpfs", "ignore")(o, s); err != nil {
		return err
	}
	if s == "bind" {
		o.Request.ImageVolumes = "anonymous"
	}
	return nil
}

// setDevice takes HOST[:CONTAINER][:PERMISSIONS].
func setDevice(o *Options, s string) error {
	host, rest, _ := strings.Cut(s, ":")
	if !strings.HasPrefix(host, "/") {
		if strings.Contains(host, "=") {
			return fmt.Errorf("%q: isle does not read CDI files; name the device nodes", s)
		}
		return fmt.Errorf("%q is not HOST[:CONTAINER][:rwm] with absolute paths", s)
	}
	inside, perms, both := strings.Cut(rest, ":")
	if !both && !strings.HasPrefix(inside, "/") {
		inside, perms = "", inside
	}
	if inside != "" && !strings.HasPrefix(inside, "/") || strings.Trim(perms, "rwm") != "" || both && perms == "" {
		return fmt.Errorf("%q is not HOST[:CONTAINER][:rwm] with absolute paths", s)
	}
	o.Request.Devices = append(o.Request.Devices, s)
	return nil
}

// setDeviceRule takes a line as the devices controller of cgroups has them.
func setDeviceRule(o *Options, s string) error {
	part := strings.Fields(s)
	if len(part) != 3 || strings.Trim(part[0], "abc") != "" || len(part[0]) != 1 || !numbers(part[1]) || strings.Trim(part[2], "rwm") != "" {
		return fmt.Errorf("%q is no rule such as 'c 1:3 rwm'", s)
	}
	o.Request.Limits.DeviceCgroupRules = append(o.Request.Limits.DeviceCgroupRules, strings.Join(part, " "))
	return nil
}

// numbers wants MAJOR:MINOR, either of which may be *.
func numbers(s string) bool {
	major, minor, ok := strings.Cut(s, ":")
	for _, n := range []string{major, minor} {
		if _, err := parseInt(n, 0, 1<<32-1); err != nil && n != "*" {
			return false
		}
	}
	return ok
}
