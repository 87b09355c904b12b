package image

import (
	"bytes"
	"os"
	"slices"
	"testing"
)

// TestSave: what is saved loads again, as the same image, and is the same bytes
// each time.
func TestSave(t *testing.T) {
	l := library(t)
	i := load(t, l, simple(t).docker(t, "x"))
	second := load(t, l, sampleOf(t, "amd64", pack(t, file("f", "x"))).docker(t, "y"))
	list := []Saved{{i, i.Names}, {second, []string{"docker.io/library/y:latest", "localhost/z:1"}}}
	var docker, again, layout bytes.Buffer
	for _, err := range []error{l.SaveDocker(ctx, &docker, list), l.SaveDocker(ctx, &again, list), l.SaveLayout(ctx, &layout, list)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(docker.Bytes(), again.Bytes()) {
		t.Error("saved twice, it is not the same")
	}
	dir := t.TempDir() + "/layout"
	if err := l.SaveFolder(ctx, dir, list); err != nil {
		t.Fatal(err)
	}
	if err := l.SaveFolder(ctx, dir, list); err == nil {
		t.Error("over what is there")
	}
	for name, from := range map[string]func(*Library) error{
		"docker": func(l *Library) error { _, err := l.Load(ctx, &docker, Here()); return err },
		"layout": func(l *Library) error { _, err := l.Load(ctx, &layout, Here()); return err },
		"folder": func(l *Library) error { _, err := l.LoadDir(ctx, dir, Here()); return err },
	} {
		other := library(t)
		if err := from(other); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found, err := other.Find("x")
		if err != nil || found.ID != i.ID || name != "docker" && found.Digest != i.Digest {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
		if found, err = other.Find("localhost/z:1"); err != nil || found.ID != second.ID || !slices.Contains(found.Names, "docker.io/library/y:latest") {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
		whole(t, other)
	}
	if _, err := l.Collect(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(l.Path("work")); err != nil || len(entries) != 0 {
		t.Errorf("left at work: %v, %v", entries, err)
	}
}
