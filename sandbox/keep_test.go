package sandbox

import (
	"os"
	"path/filepath"
	"testing"

	"isle/ns"
)

// TestKeptLayers: every overlay of the host has a directory of its own for its
// changes, made like the one that it stands for; so has a root.
func TestKeptLayers(t *testing.T) {
	root := t.TempDir()
	if err := os.Chmod(root, 0o1777); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{root, ""} {
		c := Command("true")
		c.New = ns.Set(0).With(ns.Mount)
		c.Root = &Root{Dir: dir, Overlay: true, Keep: filepath.Join(t.TempDir(), "keep")}
		if err := c.PrepareKeep(); err != nil {
			t.Fatal(err)
		}
		layers, err := c.KeptLayers()
		if err != nil || len(layers) == 0 {
			t.Fatalf("root %q: %d layers, %v", dir, len(layers), err)
		}
		uppers := map[string]string{}
		for _, l := range layers {
			if other, twice := uppers[l.Upper]; twice {
				t.Errorf("the changes of %s and %s go to the same directory", l.Lower, other)
			}
			uppers[l.Upper] = l.Lower
			a, err := os.Stat(l.Upper)
			b, err2 := os.Stat(l.Lower)
			if err != nil || err2 != nil || a.Mode() != b.Mode() {
				t.Errorf("%s has mode %v, %s %v (%v, %v)", l.Upper, a.Mode(), l.Lower, b.Mode(), err, err2)
			}
		}
	}
}

func TestNamesOfKeptLayersDiffer(t *testing.T) {
	b := &builder{c: &Cmd{Config: Config{Root: &Root{Keep: "/keep"}}}}
	seen := map[string]string{}
	for _, target := range []string{"/", "/root", "/a/b", "/a-b", "/a/-b", "/a-/b", "/a%2db", "/-"} {
		upper, _, err := b.upper(nil, 0, layer{target: target})
		if err != nil || seen[upper] != "" {
			t.Errorf("%s and %q go to %s (%v)", target, seen[upper], upper, err)
		}
		seen[upper] = target
	}
}
