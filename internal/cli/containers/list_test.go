package containers

import (
	"os"
	"strings"
	"testing"

	"isle/internal/engine/request"
)

// TestListed is about what ps and inspect say of containers that run.
func TestListed(t *testing.T) {
	e := isle(t)
	b := start(t, e, request.Container{
		Name: "box", Labels: map[string]string{"tier": "two"}, Command: []string{"sh", "-c", "while :; do sleep 9; done"},
		Mounts: []request.Mount{{Type: "volume", Target: "/data"}},
	})
	id := b.c.Request.ID
	for _, test := range []struct{ line, want string }{
		{"ps|--ns", "CGROUPNS"},
		{"ps|--ns|--noheading|--no-trunc", id + "  box"},
		{"ps|-p|-s", "POD ID  PODNAME  SIZE"},
		{"ps|--external|--sync|-q", id[:12] + "\n"},
		{"ps|--filter|label=tier=two|-q", id[:12] + "\n"},
		{"ps|--filter|label!=tier|-q", ""},
		{"inspect|-f|{{(index .Mounts 0).Name}}|box", b.now().State.Volumes[0] + "\n"},
		{"inspect|-f|{{(index .Mounts 0).Source}}|box", "/volumes/" + b.now().State.Volumes[0] + "/_data\n"},
	} {
		status, out := run(strings.Split(test.line, "|")...)
		if status != 0 || !strings.Contains(out, test.want) || test.want == "" && out != "" {
			t.Errorf("isle %s: %d, %q; want %q", test.line, status, out, test.want)
		}
	}
	if n := namespacesOf(b.now().State.PID); n.MNT == "" || n.MNT == namespacesOf(os.Getpid()).MNT {
		t.Errorf("%+v", n)
	}
}
