package name

import (
	"strings"
	"testing"
)

var digest = "sha256:" + strings.Repeat("0a", 32)

func TestParse(t *testing.T) {
	for s, want := range map[string]Name{
		"busybox":                        {Path: "busybox"},
		"busybox:1.36":                   {Path: "busybox", Tag: "1.36"},
		"library/busybox":                {Path: "library/busybox"},
		"docker.io/library/busybox:_x":   {Registry: "docker.io", Path: "library/busybox", Tag: "_x"},
		"index.docker.io/a/b":            {Registry: "docker.io", Path: "a/b"},
		"localhost/x":                    {Registry: "localhost", Path: "x"},
		"localhost:5000/x/y:t@" + digest: {Registry: "localhost:5000", Path: "x/y", Tag: "t", Digest: digest},
		"[::1]:5000/x":                   {Registry: "[::1]:5000", Path: "x"},
		"Host/x":                         {Registry: "Host", Path: "x"},
		"a-b.c__d/e---f@" + digest:       {Registry: "a-b.c__d", Path: "e---f", Digest: digest},
	} {
		got, err := Parse(s)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", ":x", "x:", "a//b", "/a", "a/", "Upper", "a/Upper", "a/../b", "..", ".", "a_._b", "a..b", "a___b", "-a", "a-",
		"a b", "a\nb", "é", "a:" + strings.Repeat("x", 129), "a:-x", strings.Repeat("a", 256), "a@sha256:12", "a@sha512:" + strings.Repeat("0", 128),
		"a@" + strings.ToUpper(digest), "a@" + digest + "@" + digest, "host.x:port/a", "[::1/a", "[x]:1/a", "-h.x/a", "a.b:/c", "ä.b/c", "../x", "a..b/x", ".a/x", "a.-b/x",
	} {
		if n, err := Parse(s); err == nil {
			t.Errorf("%q: %+v", s, n)
		}
	}
}

func TestIn(t *testing.T) {
	for s, want := range map[string]string{
		"busybox":                   "docker.io/library/busybox:latest",
		"a/b:1":                     "docker.io/a/b:1",
		"docker.io/busybox":         "docker.io/library/busybox:latest",
		"quay.io/busybox":           "quay.io/busybox:latest",
		"quay.io/busybox@" + digest: "quay.io/busybox@" + digest,
	} {
		n, err := Parse(s)
		if got := n.In(Hub).Tagged().String(); err != nil || got != want {
			t.Errorf("%s: %s, %v", s, got, err)
		}
	}
}

// FuzzParse: what is a name is written as it is read.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"busybox", "localhost:5000/x/y:t@" + digest, "[::1]:5000/x", "a/../b", "A:b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(n.String())
		if err != nil || again != n {
			t.Errorf("%q: %+v, then %+v, %v", s, n, again, err)
		}
		if strings.Contains(n.Path, "..") {
			t.Errorf("%q has a path that climbs", s)
		}
	})
}
