package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// place is where to listen.
type place struct {
	listen   string // host and port, as net.Listen takes it
	host     string // as the user gave it, empty if he did not
	loopback bool
}

// parse reads a port, a host, or both. The default is a free port of 127.0.0.1.
func parse(address string) (place, error) {
	host, port := "", "0"
	switch {
	case address == "":
	case isPort(address):
		port = address
	case strings.Contains(address, ":") && !isHost(address):
		var err error
		if host, port, err = net.SplitHostPort(address); err != nil || !isPort(port) {
			return place{}, fmt.Errorf("'%s' is no port, no host, and not both as HOST:PORT", address)
		}
	default:
		host = strings.Trim(address, "[]")
	}
	p := place{host: host}
	if host == "" {
		host = "127.0.0.1"
	}
	ip := net.ParseIP(host)
	if ip != nil && ip.IsUnspecified() {
		return place{}, fmt.Errorf("'%s' is no address that a browser can go to: give the one by which it reaches this host", host)
	}
	p.host = strings.ToLower(p.host)
	p.loopback = host == "localhost" || ip != nil && ip.IsLoopback()
	p.listen = net.JoinHostPort(host, port)
	return p, nil
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// isHost says whether a text with colons is an IPv6 address by itself.
func isHost(s string) bool { return net.ParseIP(strings.Trim(s, "[]")) != nil }

// name is how a browser gets here: by the name that the user gave, and by the
// port that was free.
func (p place) name(on net.Addr) string {
	if p.host == "" {
		return ""
	}
	_, port, _ := net.SplitHostPort(on.String())
	return net.JoinHostPort(p.host, port)
}
