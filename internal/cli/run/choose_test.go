package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// storeImage puts an image without layers into a store of the test's own, and
// returns its ID.
func storeImage(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("ISLE_IMAGES", dir)
	write := func(text string) (digest string) {
		sum := sha256.Sum256([]byte(text))
		digest = hex.EncodeToString(sum[:])
		path := filepath.Join(dir, "blobs/sha256", digest)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return digest
	}
	config := write(`{"os":"linux","architecture":"amd64","config":{},"rootfs":{"type":"layers","diff_ids":[]}}`)
	manifest := write(fmt.Sprintf(`{"schemaVersion":2,"config":{"digest":"sha256:%s"},"layers":[]}`, config))
	var entries []string
	for _, name := range names {
		entries = append(entries, fmt.Sprintf(`{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":1,"annotations":{"org.opencontainers.image.ref.name":%q}}`, manifest, name))
	}
	index := `{"schemaVersion":2,"manifests":[` + strings.Join(entries, ",") + `]}`
	if err := os.WriteFile(filepath.Join(dir, "index.json"), []byte(index), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// TestImageOrProgram: an option that one of the two alone has says what is meant,
// then "--", then what the first operand names.
func TestImageOrProgram(t *testing.T) {
	t.Setenv("PATH", "/usr/bin:/bin")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bin/tool"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	id := storeImage(t, "docker.io/library/alpine:latest", "localhost/tiny:1", "localhost/sh:latest")
	const program, image = "program", "image"
	for words, want := range map[string]string{
		"":                              program,
		"--":                            program,
		"sh":                            image, // both
		"-- sh":                         program,
		"-e -- sh":                      image,
		"-e -- -- sh":                   program,
		"--env=-- -- sh":                program,
		"-i -- --":                      program,
		"alpine":                        image,
		"docker.io/alpine":              image,
		"alpine:latest true":            image,
		"tiny:1":                        image,
		id[:12] + " true":               image,
		"/alpine":                       program,
		"./alpine":                      program,
		"../tiny:1":                     program,
		"bin/tool":                      program,
		"bin/other":                     image,
		"ls":                            program,
		"no-such-program":               image,
		"quay.io/some/thing:2":          image,
		"No Such":                       program,
		"-t -e a=b ls":                  program,
		"--rootfs x alpine":             program,
		"--rootfs x -d alpine":          image,
		"--share net ls":                program,
		"--landlock-ro / ls":            program,
		"--rm ls":                       image,
		"-d -- ls":                      image,
		"-p 1 ls":                       image,
		"--name=x":                      image,
		"--dry-run ls":                  program,
		"--dry-run alpine":              image,
		"--share net alpine":            "--share is for programs on an island, and alpine is an image",
		"--share net -d ls":             "--share is for programs on an island, and --detach for containers of images",
		"--memory 1g --review=x alpine": "--review is for programs on an island, and --memory for containers of images",
	} {
		l, err := read("isle run", strings.Fields(words))
		if err != nil {
			t.Errorf("%s: %v", words, err)
			continue
		}
		got := program
		switch is, err := l.isImage(); {
		case err != nil:
			got = err.Error()
		case is:
			got = image
		}
		if got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}

// TestHelpByH: -h is help where it names no host.
func TestHelpByH(t *testing.T) {
	for words, want := range map[string]bool{"-h": true, "-t -h": true, "--rm -th": false, "-h x": false, "--rm x -h": false, "--env -h": false} {
		_, err := read("isle run", strings.Fields(words))
		if got := err != nil && strings.HasPrefix(err.Error(), "Usage: isle run "); got != want {
			t.Errorf("%s: help %v, want %v (%v)", words, got, want, err)
		}
	}
}

// TestSwitches: a switch that both have can be off for a program too.
func TestSwitches(t *testing.T) {
	o, err := Parse("isle run", strings.Fields("--read-only=false --init --tty=0 ls"))
	if err != nil || o.ReadOnly || !o.Init || o.Terminal != nil {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := Parse("isle run", strings.Fields("--read-only=maybe ls")); err == nil {
		t.Error("--read-only=maybe is taken")
	}
}
