package main

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"isle/internal/oci/resources/unit"
)

// TestSilent: a systemd that takes a connection and says nothing does not hold up
// its caller.
func TestSilent(t *testing.T) {
	dir := t.TempDir()
	socket, err := net.Listen("unix", dir+"/bus")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+dir+"/bus")
	t.Setenv("XDG_RUNTIME_DIR", dir)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	conn, err := connect(ctx, true)
	if err == nil {
		conn.Close()
		t.Fatal("connected")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if !strings.Contains(err.Error(), "loginctl enable-linger") {
		t.Error(err)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, asName, asText string }{
		{"TimeoutStopUSec", "uint64 123456789", "TimeoutStopUSec", "@t 123456789"},
		{"TimeoutStopSec", "2.5", "TimeoutStopUSec", "@t 2500000"},
		{"TimeoutStopSec", "7", "TimeoutStopUSec", "@t 7000000"},
		{"CollectMode", "'inactive-or-failed'", "CollectMode", `"inactive-or-failed"`},
		{"Before", "['a.service']", "Before", `["a.service"]`},
		{"IPAccounting", "true", "IPAccounting", "true"},
		{"Sec", "1", "Sec", "1"},
	} {
		name, value, err := parse(c.name, c.text)
		if err != nil || name != c.asName || value.String() != c.asText {
			t.Errorf("%s %s: %s, %s, %v", c.name, c.text, name, value, err)
		}
	}
	for _, text := range []string{"", "'", "[", "-1", "'x'", "1e30"} {
		if name, value, err := parse("TimeoutStopSec", text); err == nil {
			t.Errorf("%q: %s %v", text, name, value)
		}
	}
}

func TestConvert(t *testing.T) {
	for _, c := range []struct{ kind, value, want string }{
		{"t", "18446744073709551615", "@t 18446744073709551615"},
		{"s", `"a"`, `"a"`},
		{"b", "true", "true"},
		{"ay", `"Aw=="`, "@ay [0x3]"},
		{"a(ss)", `[["/dev/char/1:3","rwm"]]`, `[("/dev/char/1:3", "rwm",)]`},
	} {
		_, value, err := convert(unit.Property{Name: "X", Type: c.kind, Value: json.RawMessage(c.value)})
		if err != nil || value.Signature().String() != c.kind || value.String() != c.want {
			t.Errorf("%s %s: %s %s, %v", c.kind, c.value, value.Signature(), value, err)
		}
	}
	for _, c := range []struct{ kind, value string }{{"t", "-1"}, {"t", `"1"`}, {"x", "1"}, {"b", "2"}, {"a(ss)", "[1]"}} {
		if _, value, err := convert(unit.Property{Name: "X", Type: c.kind, Value: json.RawMessage(c.value)}); err == nil {
			t.Errorf("%s %s: %s", c.kind, c.value, value)
		}
	}
}

func TestVersion(t *testing.T) {
	for text, want := range map[string]int{`"252.22-1~deb12u1"`: 252, "v245.4-1.fc32": 245, "257": 257} {
		if got, err := parseVersion(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	if _, err := parseVersion("devel"); err == nil {
		t.Error("devel is a version")
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		in   string
		want string
	}{
		{nil, "", "usage"}, {[]string{"start", "x"}, "", "usage"}, {[]string{"restart"}, "{}", "usage"},
		{[]string{"start"}, "", "the request"}, {[]string{"start"}, "{}", "no name"}, {[]string{"stop"}, `{"name":"x","unknown":1}`, "unknown"},
	} {
		if err := run(c.args, strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.args, err)
		}
	}
}
