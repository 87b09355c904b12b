package main

import (
	"archive/tar"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// commandLine is an isle with isle-image beside it, and a store of its own.
type commandLine struct{ bin, dir string }

func newCommandLine(t *testing.T) commandLine {
	t.Helper()
	c := commandLine{t.TempDir(), t.TempDir()}
	c.build(t)
	t.Cleanup(func() { c.run("", "system", "prune", "--all", "--force") }) // its files may be of other users
	return c
}

// build builds both programs, or copies those that are where $ISLE is.
func (c commandLine) build(t *testing.T) {
	t.Helper()
	built := os.Getenv("ISLE")
	if built == "" {
		cmd := exec.Command("go", "build", "-o", c.bin+"/", "isle/cmd/isle", "isle/cmd/isle-image", "isle/cmd/isle-container")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	for _, name := range []string{"isle", "isle-image", "isle-container"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(built), name))
		if err == nil {
			err = os.WriteFile(filepath.Join(c.bin, name), text, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// run runs a command and returns what it printed, and whether it succeeded.
func (c commandLine) run(stdin string, words ...string) (out, said string, ok bool) {
	cmd := exec.Command(filepath.Join(c.bin, "isle"), words...)
	cmd.Env = append(os.Environ(), "ISLE_IMAGES="+filepath.Join(c.dir, "images"), "ISLE_CONTAINERS="+filepath.Join(c.dir, "containers"), "HOME="+c.dir, "PATH=/nowhere",
		"CONTAINERS_REGISTRIES_CONF="+filepath.Join(c.dir, "none"))
	cmd.Dir, cmd.Stdin = c.dir, strings.NewReader(stdin)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	return o.String(), e.String(), err == nil
}

func (c commandLine) want(t *testing.T, stdin, want string, words ...string) string {
	t.Helper()
	out, said, ok := c.run(stdin, words...)
	if !ok || !strings.Contains(out, want) {
		t.Fatalf("%v: %q, %q", words, out, said)
	}
	return out
}

func root(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "file", Mode: 0o644, Size: 4}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("text")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCommands(t *testing.T) {
	c := newCommandLine(t)
	id := strings.TrimSpace(c.want(t, root(t), "sha256:", "import", "-q", "-c", `CMD ["/x","y"]`, "-m", "made", "-", "tiny:1"))
	c.want(t, "", id[7:19]+"\n", "images", "-q")
	c.want(t, "", "localhost/tiny  1    "+id[7:19], "images")
	c.want(t, "", "localhost/tiny:1\n", "images", "--format", "{{.Repository}}:{{.Tag}}")
	c.want(t, "", `"Id": "`+id[7:]+`"`, "inspect", "tiny:1")
	c.want(t, "", "[/x y] localhost/tiny:1\n", "inspect", "-f", "{{.Config.Cmd}} {{index .RepoTags 0}}", id)
	c.want(t, "", "isle import", "history", "tiny:1")
	c.want(t, "", "made\n", "history", "--format", "{{.Comment}}", "tiny:1")
	c.want(t, "", "", "tag", id, "other")
	for _, format := range []string{"docker-archive", "oci-archive", "oci-dir"} {
		c.want(t, "", "", "save", "-q", "--format", format, "-o", format, "other")
	}
	c.want(t, "", "Untagged: localhost/tiny:1\n", "rmi", "tiny:1")
	c.want(t, "", "Deleted: "+id[7:], "rmi", "other")
	for _, format := range []string{"docker-archive", "oci-archive", "oci-dir"} {
		c.want(t, "", "Loaded image: localhost/other:latest\n", "load", "-i", format)
		c.want(t, "", "Images         1      0", "system", "df")
		c.want(t, "", "Deleted: "+id[7:], "rmi", "--all")
	}
	c.want(t, "", "REPOSITORY", "images")
	c.want(t, "", "[]\n", "images", "--format", "json")
	for _, words := range [][]string{{"save", "--help"}, {"pull", "-h"}, {"system", "prune", "--help"}} {
		c.want(t, "", "Usage: isle "+strings.Join(words[:len(words)-1], " "), words...)
	}
}

// TestRefused: what cannot be done is said in one line.
func TestRefused(t *testing.T) {
	c := newCommandLine(t)
	for line, want := range map[string]string{
		"rmi none":                           "isle: none: no such image here",
		"tag none x":                         "isle: none: no such image here",
		"history ../x":                       "isle: image name '../x'",
		"tag x y@sha256:00":                  "is no digest",
		"rmi":                                "name images, or give --all",
		"load -i nowhere":                    "isle: load nowhere: no such file",
		"load -i /dev/null":                  "isle: load /dev/null: archive is damaged",
		"load --max-size 12Q -i x":           "--max-size takes a size",
		"load --platform a/b/c/d":            "is no platform",
		"import -c EVIL=1 /dev/null":         "it must begin with CMD",
		"images --filter x=y":                "is no filter",
		"images --format {{.Nothing}":        "--format:",
		"save --format zip x":                "no such image",
		"pull UPPER":                         "small letters",
		"pull 127.0.0.1:1/x":                 "connection refused",
		"push none 127.0.0.1:1/x":            "no such image",
		"login --get-login registry.example": "no credentials for registry.example",
		"logout registry.example":            "not logged in",
		"system":                             "a word is missing",
		"system x":                           "there is no isle system x",
		"images a b":                         "one word too many",
	} {
		out, said, ok := c.run("", strings.Fields(line)...)
		first, rest, _ := strings.Cut(said, "\n")
		if strings.HasPrefix(first, "note:") {
			first, rest, _ = strings.Cut(rest, "\n")
		}
		if ok || out != "" || !strings.Contains(first, want) || rest != "" && !strings.HasPrefix(rest, "Try 'isle ") {
			t.Errorf("%s: %q, %q", line, out, said)
		}
	}
}

// TestAlone: without isle-image what is here can be listed all the same.
func TestAlone(t *testing.T) {
	c := newCommandLine(t)
	if err := os.Remove(filepath.Join(c.bin, "isle-image")); err != nil {
		t.Fatal(err)
	}
	c.want(t, "", "REPOSITORY", "images")
	if _, said, ok := c.run("", "pull", "x"); ok || !strings.Contains(said, "isle-image is not here") {
		t.Errorf("%q", said)
	}
}
