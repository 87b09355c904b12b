package setup

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
)

// hosts is the text of /etc/hosts.
func (m *maker) hosts() (string, error) {
	var b strings.Builder
	if m.req.Network == "host" {
		text, _ := os.ReadFile("/etc/hosts")
		b.Write(text)
		if len(text) > 0 && text[len(text)-1] != '\n' {
			b.WriteByte('\n')
		}
	}
	for _, word := range m.req.AddHost {
		names, address, ok := strings.Cut(word, ":")
		if names == "" || !ok {
			return "", fmt.Errorf("--add-host %q: want NAME:ADDRESS", word)
		}
		if address == "host-gateway" && m.req.Network == "host" {
			address = "127.0.0.1"
		}
		if _, err := netip.ParseAddr(strings.Trim(address, "[]")); err != nil {
			return "", fmt.Errorf("--add-host %q: %q is no address", word, address)
		}
		fmt.Fprintf(&b, "%s\t%s\n", strings.Trim(address, "[]"), strings.ReplaceAll(names, ";", " "))
	}
	if m.req.Network != "host" {
		b.WriteString("127.0.0.1\tlocalhost localhost.localdomain\n::1\tlocalhost localhost.localdomain\n")
		names := m.hostname()
		if m.req.Name != "" && m.req.Name != names {
			names += " " + m.req.Name
		}
		b.WriteString("127.0.0.1\t" + names + "\n")
	}
	return b.String(), nil
}

const (
	resolvConf = "/etc/resolv.conf"
	uplink     = "/run/systemd/resolve/resolv.conf" // systemd-resolved's own servers
)

// resolvConf is the text of /etc/resolv.conf: the host's, with what was asked
// for in place of its lines. A server on the host's loopback, as systemd-resolved
// is one, cannot be reached from another network.
func (m *maker) resolvConf() (string, error) {
	text, _ := os.ReadFile(resolvConf)
	own := m.req.Network != "host"
	servers, search, options, others := parseResolv(string(text))
	if own && len(servers) > 0 && len(reachable(servers)) == 0 {
		if text, err := os.ReadFile(uplink); err == nil {
			servers, search, options, others = parseResolv(string(text))
		}
	}
	if own {
		servers = reachable(servers)
	}
	if len(m.req.DNS) > 0 {
		servers = m.req.DNS
		for _, s := range servers {
			if _, err := netip.ParseAddr(s); err != nil && s != "none" {
				return "", fmt.Errorf("--dns %q: it is no address", s)
			}
		}
	}
	if len(m.req.DNSSearch) > 0 {
		search = m.req.DNSSearch
	}
	if len(m.req.DNSOption) > 0 {
		options = m.req.DNSOption
	}
	var b strings.Builder
	if words := without(search, "."); len(words) > 0 {
		b.WriteString("search " + strings.Join(words, " ") + "\n")
	}
	for _, s := range without(servers, "none") {
		b.WriteString("nameserver " + s + "\n")
	}
	if len(options) > 0 {
		b.WriteString("options " + strings.Join(options, " ") + "\n")
	}
	for _, line := range others {
		b.WriteString(line + "\n")
	}
	for _, list := range [][]string{search, options} {
		for _, w := range list {
			if strings.ContainsAny(w, "\n \t") {
				return "", fmt.Errorf("--dns-search, --dns-option: %q is no word", w)
			}
		}
	}
	return b.String(), nil
}

// parseResolv takes a resolv.conf(5) apart; others are lines of another kind.
func parseResolv(text string) (servers, search, options, others []string) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0][0] == '#' || words[0][0] == ';' {
			continue
		}
		switch words[0] {
		case "nameserver":
			servers = append(servers, words[1])
		case "search", "domain":
			search = words[1:]
		case "options":
			options = append(options, words[1:]...)
		default:
			others = append(others, strings.Join(words, " "))
		}
	}
	return servers, search, options, others
}

// reachable are the servers that are not on the host's loopback.
func reachable(servers []string) []string {
	var list []string
	for _, s := range servers {
		address, _, _ := strings.Cut(s, "%")
		if a, err := netip.ParseAddr(address); err == nil && !a.IsLoopback() {
			list = append(list, s)
		}
	}
	return list
}

func without(list []string, word string) []string {
	var rest []string
	for _, w := range list {
		if w != word {
			rest = append(rest, w)
		}
	}
	return rest
}
