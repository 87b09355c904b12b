package main

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"
)

// address is a place where systemd listens: a socket of its own, which needs no
// message bus to run, or a bus.
type address struct {
	path string
	bus  bool
}

// connect reaches the system's manager or the user's.
func connect(ctx context.Context, user bool) (*dbus.Conn, error) {
	id := hostID(os.Geteuid())
	list := []address{
		{"unix:path=/run/systemd/private", false},
		{env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/run/dbus/system_bus_socket"), true},
	}
	if user {
		dir := env("XDG_RUNTIME_DIR", "/run/user/"+id)
		list = []address{
			{"unix:path=" + godbus.EscapeBusAddressValue(dir+"/systemd/private"), false},
			{env("DBUS_SESSION_BUS_ADDRESS", "unix:path="+godbus.EscapeBusAddressValue(dir+"/bus")), true},
		}
	}
	var faults []error
	for _, a := range list {
		conn, err := dbus.NewConnection(func() (*godbus.Conn, error) { return dial(ctx, a, id) })
		if err == nil {
			return conn, nil
		}
		faults = append(faults, err)
	}
	what := "systemd cannot be reached"
	if user {
		what = "the user's systemd cannot be reached (is there a login session, or lingering: loginctl enable-linger)"
	}
	return nil, errors.Join(append([]error{errors.New(what)}, faults...)...)
}

func dial(ctx context.Context, a address, id string) (*godbus.Conn, error) {
	conn, err := godbus.Dial(a.path, godbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if err = conn.Auth([]godbus.Auth{godbus.AuthExternal(id)}); err == nil && a.bus {
		err = conn.Hello()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// hostID is a user as those outside of this user namespace know it, which is what
// systemd sees of the socket's other end.
func hostID(id int) string {
	text, _ := os.ReadFile("/proc/self/uid_map")
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) != 3 {
			continue
		}
		inside, err := strconv.ParseInt(words[0], 10, 64)
		outside, err2 := strconv.ParseInt(words[1], 10, 64)
		length, err3 := strconv.ParseInt(words[2], 10, 64)
		if n := int64(id) - inside; err == nil && err2 == nil && err3 == nil && n >= 0 && n < length {
			return strconv.FormatInt(outside+n, 10)
		}
	}
	return strconv.Itoa(id)
}
