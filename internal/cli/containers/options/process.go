package options

import (
	"encoding/json"
	"fmt"
	"strings"

	"isle/internal/engine/request"
)

const processGroup = "Containers: process"

func process() []Option {
	const g = processGroup
	r := func(o *Options) *request.Container { return &o.Request }
	return []Option{
		opt(g, "entrypoint", 0, "WORD|JSON", "execute this before the words after the image, instead of the image's entrypoint; empty: the words alone", setEntrypoint),
		opt(g, "env", 'e', "NAME[=VALUE]", "set a variable, or pass on the caller's; NAME* passes on all that begin so", list(func(o *Options) *[]string { return &o.env.set })),
		opt(g, "env-file", 0, "FILE", "set the variables in FILE", list(func(o *Options) *[]string { return &o.env.files })),
		sw(g, "env-host", 0, "pass on all of the caller's variables", on(func(o *Options) *bool { return &o.env.host })),
		sw(g, "http-proxy", 0, "pass on the caller's variables for proxies, as it does unless BOOL is false", on(func(o *Options) *bool { return &o.env.proxies })),
		opt(g, "unsetenv", 0, "NAME", "leave a variable of the image out", list(func(o *Options) *[]string { return &r(o).UnsetEnv })),
		sw(g, "unsetenv-all", 0, "leave all variables of the image out", on(func(o *Options) *bool { return &r(o).UnsetAll })),
		opt(g, "workdir", 'w', "DIR", "the working directory", absolute(func(o *Options) *string { return &r(o).Workdir })),
		opt(g, "user", 'u', "USER[:GROUP]", "run as this user, by number or by a name of the container's own passwd", text(func(o *Options) *string { return &r(o).User })),
		opt(g, "group-add", 0, "GROUP", "be in this group too; keep-groups keeps the caller's", list(func(o *Options) *[]string { return &r(o).Groups })),
		opt(g, "umask", 0, "OCTAL", "the mask of new files' permissions, 0022 unless given", setUmask),
		sw(g, "interactive", 'i', "keep standard input open", on(func(o *Options) *bool { return &r(o).OpenStdin })),
		sw(g, "tty", 't', "give the program a terminal", on(func(o *Options) *bool { return &r(o).Terminal })),
		sw(g, "init", 0, "run a small init as PID 1, which passes signals on and waits for orphans", on(func(o *Options) *bool { return &r(o).Init })),
		opt(g, "tz", 0, "ZONE", "the time zone, such as Europe/Berlin; local is the host's", setZone),
		opt(g, "preserve-fds", 0, "N", "pass on N descriptors from 3 on; all others are closed", whole(func(o *Options) *int { return &o.PreserveFDs }, 0, 1<<16)),
	}
}

// setEntrypoint takes a word, or words as a JSON array. Nothing, or an array
// without words, is no entrypoint at all.
func setEntrypoint(o *Options, s string) error {
	words := []string{}
	switch {
	case strings.HasPrefix(s, "["):
		if err := json.Unmarshal([]byte(s), &words); err != nil {
			return fmt.Errorf("%q is no JSON array of words: %w", s, err)
		}
	case s != "":
		words = []string{s}
	}
	o.Request.Entrypoint = words
	return nil
}

func setUmask(o *Options, s string) error {
	if s == "" || len(s) > 4 || strings.Trim(s, "01234567") != "" || len(s) == 4 && s[0] != '0' {
		return fmt.Errorf("%q is no octal number up to 0777", s)
	}
	o.Request.Umask = s
	return nil
}

// setZone takes a name below /usr/share/zoneinfo.
func setZone(o *Options, s string) error {
	if s == "" || strings.HasPrefix(s, "/") || strings.Contains(s, "..") {
		return fmt.Errorf("%q is no time zone such as Europe/Berlin", s)
	}
	o.Request.Timezone = s
	return nil
}
