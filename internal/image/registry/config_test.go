package registry

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"isle/internal/image/name"
)

const sample = `
unqualified-search-registries = ["quay.io", "docker.io"]
[aliases]
"fedora" = "registry.fedoraproject.org/fedora"
[[registry]]
prefix = "quay.io/team"
location = "inner.example:5000/mirror/team"
insecure = true
[[registry.mirror]]
location = "near.example/team"
[[registry.mirror]]
location = "digests.example/team"
pull-from-mirror = "digest-only"
[[registry]]
location = "docker.io"
[[registry]]
prefix = "*.bad.example"
blocked = true
`

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfig(t *testing.T) {
	t.Setenv("CONTAINERS_REGISTRIES_CONF", write(t, "registries.conf", sample))
	c, err := ReadConfig(false)
	if err != nil {
		t.Fatal(err)
	}
	for short, want := range map[string]string{
		"x:1":       "quay.io/x:1 docker.io/library/x:1",
		"fedora":    "registry.fedoraproject.org/fedora:latest",
		"fedora:39": "registry.fedoraproject.org/fedora:39",
		"ghcr.io/a": "ghcr.io/a:latest",
	} {
		n, _ := name.Parse(short)
		list, err := c.Full(n)
		var got []string
		for _, full := range list {
			got = append(got, full.String())
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v", short, got, err)
		}
	}
	for full, want := range map[string]string{
		"quay.io/team/app:1": "near.example/team/app inner.example:5000/mirror/team/app!",
		"quay.io/teams/app":  "quay.io/teams/app",
		"docker.io/a/b":      "docker.io/a/b",
		"quay.io/team/app@sha256:" + strings.Repeat("0", 64): "near.example/team/app digests.example/team/app inner.example:5000/mirror/team/app!",
	} {
		n, _ := name.Parse(full)
		places, err := c.Places(n)
		var got []string
		for _, p := range places {
			s := p.Host + "/" + p.Path
			if p.Insecure {
				s += "!"
			}
			got = append(got, s)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v", full, got, err)
		}
	}
	n, _ := name.Parse("very.bad.example/x")
	if places, err := c.Places(n); err == nil {
		t.Errorf("blocked: %v", places)
	}
}

func TestConfigRefuses(t *testing.T) {
	for _, text := range []string{"unqualified-search-registries = 7", "[[registry", "[aliases]\nx = 1"} {
		t.Setenv("CONTAINERS_REGISTRIES_CONF", write(t, "registries.conf", text))
		if c, err := ReadConfig(false); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
	none := &Config{}
	n, _ := name.Parse("x")
	if list, err := none.Full(n); err != nil || list[0].String() != "docker.io/library/x:latest" {
		t.Errorf("%v, %v", list, err)
	}
}
