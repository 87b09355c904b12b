package options

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"isle/internal/engine/request"
	"isle/internal/idmap"
)

const isolationGroup = "Containers: namespaces and networks"

func isolation() []Option {
	const g = isolationGroup
	r := func(o *Options) *request.Container { return &o.Request }
	network := opt(g, "network", 0, "MODE", "none, as it is unless given; host; ns:PATH; container:NAME", setNetwork)
	option := opt(g, "dns-option", 0, "OPTION", "an option of resolv.conf(5)", list(func(o *Options) *[]string { return &r(o).DNSOption }))
	return []Option{
		network, alias("net", network),
		opt(g, "add-host", 0, "NAME:ADDRESS", "a line of /etc/hosts", setAddHost),
		opt(g, "dns", 0, "ADDRESS", "a name server", setDNS),
		opt(g, "dns-search", 0, "DOMAIN", "a domain in which short names are looked up", list(func(o *Options) *[]string { return &r(o).DNSSearch })),
		option, alias("dns-opt", option),
		opt(g, "expose", 0, "PORT[/PROTOCOL]", "say that it listens there", setExpose),
		opt(g, "hostname", 'h', "NAME", "the name of its host, the beginning of its ID unless given; -h alone prints this help", hostname(func(o *Options) *string { return &r(o).Hostname })),
		opt(g, "domainname", 0, "NAME", "its NIS domain", hostname(func(o *Options) *string { return &r(o).Domainname })),
		opt(g, "userns", 0, "MODE", "host, auto[:...], keep-id[:...], nomap, ns:PATH, container:NAME", setUserns),
		opt(g, "uidmap", 0, "IN:OUT:COUNT", "map user ids of a new user namespace; may be given several times", mapping(func(o *Options) *[]string { return &r(o).UIDMap })),
		opt(g, "gidmap", 0, "IN:OUT:COUNT", "map group ids of a new user namespace; may be given several times", mapping(func(o *Options) *[]string { return &r(o).GIDMap })),
		opt(g, "pid", 0, "MODE", "private, host, ns:PATH, container:NAME", space(func(o *Options) *string { return &r(o).PID })),
		opt(g, "ipc", 0, "MODE", "private, shareable, none, host, ns:PATH, container:NAME", space(func(o *Options) *string { return &r(o).IPC }, "shareable", "none")),
		opt(g, "uts", 0, "MODE", "private, host, ns:PATH, container:NAME", space(func(o *Options) *string { return &r(o).UTS })),
		opt(g, "cgroupns", 0, "MODE", "private, host, ns:PATH, container:NAME", space(func(o *Options) *string { return &r(o).Cgroupns })),
	}
}

// space takes the mode of a namespace: one of a few words, or one that is there.
func space(field func(*Options) *string, more ...string) setter {
	words := append([]string{"private", "host"}, more...)
	return func(o *Options, s string) error {
		if !slices.Contains(words, s) && !existing(s) {
			return fmt.Errorf("%q is not one of %s, ns:PATH, container:NAME", s, strings.Join(words, ", "))
		}
		*field(o) = s
		return nil
	}
}

// existing says whether a mode names a namespace that is there.
func existing(s string) bool {
	kind, where, _ := strings.Cut(s, ":")
	return kind == "ns" && strings.HasPrefix(where, "/") || kind == "container" && isName(where)
}

func setNetwork(o *Options, s string) error {
	if s == "none" || s == "host" || existing(s) {
		o.Request.Network = s
		return nil
	}
	return fmt.Errorf("there is no network %q: isle makes none yet; there are none, host, ns:PATH and container:NAME", s)
}

func setUserns(o *Options, s string) error {
	kind, opts, _ := strings.Cut(s, ":")
	switch {
	case s == "host", s == "nomap", s == "private", existing(s):
	case kind == "auto" || kind == "keep-id":
		if err := checkUserns(kind, opts); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%q is not one of host, auto, keep-id, nomap, ns:PATH, container:NAME", s)
	}
	o.Request.Userns = s
	return nil
}

func checkUserns(kind, opts string) error {
	known := []string{"uid", "gid", "size"}
	if kind == "auto" {
		known = []string{"size", "uidmapping", "gidmapping"}
	}
	for opt := range strings.SplitSeq(opts, ",") {
		key, value, _ := strings.Cut(opt, "=")
		if opt == "" {
			continue
		}
		if !slices.Contains(known, key) {
			return fmt.Errorf("%q is no option of %s: there are %s", key, kind, strings.Join(known, ", "))
		}
		if strings.HasSuffix(key, "mapping") {
			if err := checkMapping(value); err != nil {
				return err
			}
		} else if _, err := parseInt(value, 0, 1<<32-2); err != nil {
			return err
		}
	}
	return nil
}

func mapping(field func(*Options) *[]string) setter {
	return func(o *Options, s string) error {
		if err := checkMapping(s); err != nil {
			return err
		}
		if strings.Count(s, ":") == 1 {
			s += ":1"
		}
		*field(o) = append(*field(o), s)
		return nil
	}
}

// checkMapping wants IN:OUT[:COUNT].
func checkMapping(s string) error {
	part := strings.Split(s, ":")
	if len(part) < 2 || len(part) > 3 {
		return fmt.Errorf("invalid mapping %q: it is IN:OUT:COUNT", s)
	}
	for _, n := range part {
		if _, err := idmap.ParseID(n); err != nil {
			return fmt.Errorf("invalid mapping %q: %w", s, err)
		}
	}
	return nil
}

func setAddHost(o *Options, s string) error {
	names, address, ok := strings.Cut(s, ":")
	bare := strings.TrimSuffix(strings.TrimPrefix(address, "["), "]")
	if _, err := netip.ParseAddr(bare); !ok || names == "" || strings.ContainsAny(names, " \t\n") || err != nil && address != "host-gateway" {
		return fmt.Errorf("%q is not NAME:ADDRESS", s)
	}
	o.Request.AddHost = append(o.Request.AddHost, s)
	return nil
}

func setDNS(o *Options, s string) error {
	if _, err := netip.ParseAddr(s); err != nil && s != "none" {
		return fmt.Errorf("%q is no address", s)
	}
	o.Request.DNS = append(o.Request.DNS, s)
	return nil
}

// setExpose takes PORT[-PORT][/PROTOCOL].
func setExpose(o *Options, s string) error {
	ports, protocol, named := strings.Cut(s, "/")
	if named && !slices.Contains([]string{"tcp", "udp", "sctp"}, protocol) {
		return fmt.Errorf("%q is not one of tcp, udp, sctp", protocol)
	}
	first, last, ranged := strings.Cut(ports, "-")
	a, err := parseInt(first, 1, 65535)
	b := a
	if err == nil && ranged {
		b, err = parseInt(last, 1, 65535)
	}
	if err == nil && b < a {
		err = errors.New("the range of ports is upside down")
	}
	if err != nil {
		return err
	}
	o.Request.Expose = append(o.Request.Expose, s)
	return nil
}
