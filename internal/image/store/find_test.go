package store

import (
	"errors"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	image := func(digit string, names ...string) *Image {
		return &Image{Descriptor: Descriptor{Digest: "sha256:" + strings.Repeat(digit, 64)}, ID: "sha256:abc" + strings.Repeat(digit, 61), Names: names}
	}
	hub := image("1", "docker.io/library/x:latest", "docker.io/a/y:2")
	local := image("2", "localhost/x:latest")
	other := image("3", "quay.io/team/z:latest")
	other.Sources = []string{"quay.io/team/z@sha256:" + strings.Repeat("f", 64)}
	list := []*Image{hub, local, other}
	for word, want := range map[string]*Image{
		"x":                                local, // the nearest
		"docker.io/x":                      hub,
		"a/y:2":                            hub,
		"y:2":                              hub, // wherever it is from
		"team/z":                           other,
		"abc1":                             hub,
		"sha256:" + strings.Repeat("2", 9): local,
		"quay.io/team/z@" + other.Sources[0][len("quay.io/team/z@"):]: other,
		"quay.io/team/z@" + other.Digest:                              other,
	} {
		if got, _, err := Choose(list, word); err != nil || got != want {
			t.Errorf("%s: %+v, %v", word, got, err)
		}
	}
	for _, word := range []string{"x:2", "library/y", "quay.io/z", "abc9", "ab", "docker.io/x@" + other.Digest} {
		if got, _, err := Choose(list, word); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %+v, %v", word, got, err)
		}
	}
	for _, word := range []string{"abc", "../x", "X", ""} {
		if got, _, err := Choose(list, word); err == nil || errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %+v, %v", word, got, err)
		}
	}
}

// TestReadRefuses: what is not as this package writes it is an error and no panic.
func TestReadRefuses(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Create(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{", `{"manifests":[{"digest":"x"}]}`, `{"manifests":[{"digest":""}]}`, `[]`} {
		if err := s.replace(s.Path("index.json"), []byte(text)); err != nil {
			t.Fatal(err)
		}
		if list, err := s.Images(); err == nil {
			t.Errorf("%q: %v", text, list)
		}
	}
	digest := "sha256:" + strings.Repeat("0", 64)
	if err := s.replace(s.Path("unpacked", digest[7:]), []byte("../../etc\n")); err != nil {
		t.Fatal(err)
	}
	if keys, err := s.LayerKeys(digest); err == nil {
		t.Errorf("keys %v", keys)
	}
}
