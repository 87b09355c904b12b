package oci

import (
	"syscall"
	"testing"
)

func TestParseSignal(t *testing.T) {
	for text, want := range map[string]syscall.Signal{"9": 9, "KILL": 9, "SIGKILL": 9, "sigterm": 15, "RTMIN": 34, "SIGRTMIN+3": 37, "RTMAX-1": 63, "64": 64} {
		if got, err := parseSignal(text); got != want || err != nil {
			t.Errorf("%s: %v %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "65", "-1", "SIG", "SIGNONE", "RTMIN+31", "RTMAX-99", "RTMIN+x", "9x"} {
		if got, err := parseSignal(text); err == nil {
			t.Errorf("%q is taken for signal %d", text, got)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, text := range []string{"", "x", "1x", "-1", "4294967295", "4294967296", "0x1", " 1", "1 "} {
		if n, err := number("--user", text); err == nil {
			t.Errorf("%q is taken for user %d", text, n)
		}
	}
	if n, err := number("--user", "1"); n != 1 || err != nil {
		t.Errorf("1: %d %v", n, err)
	}
}
