package options

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"isle/internal/getopt"
	"isle/internal/plan"
)

const imageGroup = "Containers: image"

func image() []Option {
	const g = imageGroup
	return []Option{
		opt(g, "pull", 0, "WHEN", "fetch the image if it is missing, as it does unless given; always; never; or if the registry has a newer one", setPull),
		opt(g, "platform", 0, "OS/ARCH[/VARIANT]", "the image for this platform, not for that of this host", setPlatform),
		opt(g, "arch", 0, "ARCH", "the image for this processor", text(func(o *Options) *string { return &o.platform.arch })),
		opt(g, "os", 0, "OS", "the image for this system", text(func(o *Options) *string { return &o.platform.os })),
		opt(g, "variant", 0, "VARIANT", "the image for this variant of the processor", text(func(o *Options) *string { return &o.platform.variant })),
		opt(g, "authfile", 0, "FILE", "take credentials for the registry from this file only", text(func(o *Options) *string { return &o.AuthFile })),
		opt(g, "creds", 0, "USER[:PASSWORD]", "use these credentials for the registry", text(func(o *Options) *string { return &o.Creds })),
		sw(g, "tls-verify", 0, "want HTTPS and a certificate that can be checked; with false neither", setTLSVerify),
		sw(g, "quiet", 'q', "say nothing of how a pull goes", on(func(o *Options) *bool { return &o.Quiet })),
		{Option: getopt.Option{Long: "dry-run", Arg: getopt.Optional, ArgName: "FORM", Group: g, Help: "show what would be done: steps, shell, syscalls or json"}, Set: setDryRun},
	}
}

func setPull(o *Options, s string) error {
	switch s {
	case "true":
		s = "always"
	case "false":
		s = "missing"
	}
	if !slices.Contains([]string{"always", "missing", "never", "newer"}, s) {
		return fmt.Errorf("%q is not one of always, missing, never, newer", s)
	}
	o.Pull = s
	return nil
}

func setPlatform(o *Options, s string) error {
	part := strings.Split(s, "/")
	if len(part) < 2 || len(part) > 3 || slices.Contains(part, "") {
		return fmt.Errorf("%q is not OS/ARCH[/VARIANT]", s)
	}
	o.Platform = s
	return nil
}

// finishPlatform puts what was said of it in parts together.
func (o *Options) finishPlatform() {
	p := o.platform
	if o.Platform != "" || p.os+p.arch+p.variant == "" {
		return
	}
	if p.os == "" {
		p.os = runtime.GOOS
	}
	if p.arch == "" {
		p.arch = runtime.GOARCH
	}
	if o.Platform = p.os + "/" + p.arch; p.variant != "" {
		o.Platform += "/" + p.variant
	}
}

func setTLSVerify(o *Options, s string) error {
	on, err := parseBool(s)
	o.TLSVerify = &on
	return err
}

func setDryRun(o *Options, s string) (err error) {
	o.DryRun, err = plan.ParseForm(s)
	return err
}
