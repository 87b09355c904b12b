package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"

	"isle/internal/oci/resources/unit"
)

// pair is (ss) of D-Bus.
type pair struct{ First, Second string }

// properties turns those of a request into D-Bus's, without what the running
// systemd is too old for.
func properties(ctx context.Context, conn *dbus.Conn, r *unit.Request) ([]dbus.Property, error) {
	version, err := 0, error(nil)
	var list []dbus.Property
	for _, p := range r.Properties {
		if p.Since > 0 && version == 0 {
			if version, err = versionOf(ctx, conn); err != nil {
				return nil, err
			}
		}
		if p.Since > version {
			continue
		}
		name, value, err := convert(p)
		if err != nil {
			return nil, fmt.Errorf("the property %s: %w", p.Name, err)
		}
		list = append(list, dbus.Property{Name: name, Value: value})
	}
	if len(r.PIDs) > 0 && list != nil {
		list = append(list, dbus.PropPids(r.PIDs...))
	}
	return list, nil
}

func convert(p unit.Property) (string, godbus.Variant, error) {
	switch p.Type {
	case unit.Text:
		var text string
		if err := json.Unmarshal(p.Value, &text); err != nil {
			return "", godbus.Variant{}, err
		}
		return parse(p.Name, text)
	case "a(ss)":
		var words [][2]string
		err := json.Unmarshal(p.Value, &words)
		pairs := make([]pair, 0, len(words))
		for _, w := range words {
			pairs = append(pairs, pair{w[0], w[1]})
		}
		return p.Name, godbus.MakeVariant(pairs), err
	}
	into, ok := map[string]any{"s": new(string), "b": new(bool), "t": new(uint64), "ay": new([]byte)}[p.Type]
	if !ok {
		return "", godbus.Variant{}, fmt.Errorf("type %q is not known", p.Type)
	}
	err := json.Unmarshal(p.Value, into)
	return p.Name, godbus.MakeVariant(reflect.ValueOf(into).Elem().Interface()), err
}

// parse reads GVariant's text format. A property in seconds is given to systemd
// in microseconds, as NAMEUSec, for NAMESec is how unit files have it.
func parse(name, text string) (string, godbus.Variant, error) {
	value, err := godbus.ParseVariant(text, godbus.Signature{})
	if err != nil {
		return "", value, fmt.Errorf("%.200q: %w", text, err)
	}
	base, ok := strings.CutSuffix(name, "Sec")
	if !ok || base == "" || base[len(base)-1] < 'a' || base[len(base)-1] > 'z' {
		return name, value, nil
	}
	seconds, err := strconv.ParseFloat(fmt.Sprint(value.Value()), 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds*1e6 >= math.MaxUint64 {
		return "", value, fmt.Errorf("%.200q is no number of seconds", text)
	}
	return base + "USec", godbus.MakeVariant(uint64(seconds * 1e6)), nil
}

// versionOf is the number that systemd's version starts with: 252 of
// "252.22-1~deb12u1", 245 of "v245.4".
func versionOf(_ context.Context, conn *dbus.Conn) (int, error) {
	text, err := conn.GetManagerProperty("Version")
	if err != nil {
		return 0, fmt.Errorf("ask systemd for its version: %w", err)
	}
	return parseVersion(text)
}

func parseVersion(text string) (int, error) {
	digits := strings.TrimLeft(text, `"v`)
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	version, err := strconv.Atoi(digits)
	if err != nil {
		return 0, fmt.Errorf("systemd's version %.100q: %w", text, err)
	}
	return version, nil
}
