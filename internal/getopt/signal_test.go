package getopt

import (
	"syscall"
	"testing"
)

func TestSignal(t *testing.T) {
	for text, want := range map[string]syscall.Signal{"9": 9, "KILL": 9, "SIGKILL": 9, "sigterm": 15, "RTMIN": 34, "SIGRTMIN+3": 37, "RTMAX-1": 63, "64": 64} {
		if got, err := Signal(text); got != want || err != nil {
			t.Errorf("%s: %v %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "65", "-1", "SIG", "SIGNONE", "RTMIN+31", "RTMAX-99", "RTMIN+x", "9x"} {
		if got, err := Signal(text); err == nil {
			t.Errorf("%q is taken for signal %d", text, got)
		}
	}
}
