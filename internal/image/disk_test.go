package image

import (
	"os"
	"strings"
	"testing"
)

// TestAfterBoot: what a loss of power has left with a name but without its content
// is not taken for what it was, and what images need stays.
func TestAfterBoot(t *testing.T) {
	l := library(t)
	i := load(t, l, simple(t).docker(t, "one:1"))
	kept, err := l.Layers(i)
	if err != nil {
		t.Fatal(err)
	}
	half := l.Path("layers", strings.Repeat("ab", 32))
	if err := os.MkdirAll(half, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := l.afterBoot(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); err != nil {
		t.Errorf("it was taken away in the same boot: %v", err)
	}
	if err := os.WriteFile(l.Path("boot"), []byte("another\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.afterBoot(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); err == nil {
		t.Error("half a layer is still there")
	}
	for _, dir := range kept {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
	whole(t, l)
}
