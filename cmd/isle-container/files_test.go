package main

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"isle/test/programs"
)

// commandLine is isle with its programs beside it, and stores of its own.
type commandLine struct{ bin, dir string }

func newCommandLine(t *testing.T) commandLine {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("containers are started by root here")
	}
	c := commandLine{t.TempDir(), t.TempDir()}
	if err := programs.All(c.bin); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "root.tar"), busybox(t), 0o644); err != nil {
		t.Fatal(err)
	}
	c.do(t, "import", "-q", "root.tar", "bb")
	t.Cleanup(func() { c.do(t, "rm", "--all", "--force", "--time", "0") })
	return c
}

func busybox(t *testing.T) []byte {
	path := filepath.Join(t.TempDir(), "busybox")
	if err := programs.Busybox(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "bin/busybox", Mode: 0o755, Size: int64(len(text))})
	w.Write(text)
	w.WriteHeader(&tar.Header{Name: "bin/sh", Typeflag: tar.TypeSymlink, Linkname: "busybox"})
	w.WriteHeader(&tar.Header{Name: "etc/gone", Typeflag: tar.TypeReg, Mode: 0o644})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (c commandLine) run(words ...string) (out string, err error) {
	cmd := exec.Command(filepath.Join(c.bin, "isle"), words...)
	cmd.Env = append(os.Environ(), "ISLE_IMAGES="+filepath.Join(c.dir, "images"), "ISLE_CONTAINERS="+filepath.Join(c.dir, "containers"))
	cmd.Dir = c.dir
	// Not pipes: who holds a container in the background would keep them open.
	file, err := os.CreateTemp(c.dir, "out-")
	if err != nil {
		return "", err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	cmd.Stdout, cmd.Stderr = file, file
	err = cmd.Run()
	file.Seek(0, io.SeekStart)
	text, _ := io.ReadAll(file)
	return string(text), err
}

func (c commandLine) do(t *testing.T, words ...string) string {
	t.Helper()
	out, err := c.run(words...)
	if err != nil {
		t.Fatalf("isle %s: %v: %s", strings.Join(words, " "), err, out)
	}
	return out
}

func (c commandLine) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func TestFilesOfContainers(t *testing.T) {
	c := newCommandLine(t)
	t.Run("both ways", func(t *testing.T) { bothWays(t, c) })
	t.Run("commit", func(t *testing.T) { commits(t, c) })
	t.Run("hostile links", func(t *testing.T) { hostileLinks(t, c) })
}

// bothWays: files go in and out, whether the container runs or not.
func bothWays(t *testing.T, c commandLine) {
	c.write(t, "in", "text")
	c.do(t, "run", "--name", "ended", "--user", "7:8", "bb", "sh", "-c", ":")
	c.do(t, "run", "-d", "--name", "runs", "--user", "7:8", "bb", "busybox", "sleep", "1000")
	for _, name := range []string{"ended", "runs"} {
		c.do(t, "cp", "in", name+":/etc/")
		c.do(t, "cp", "in", name+":/etc/other")
		c.do(t, "cp", "--archive=false", "in", name+":/etc/root")
		c.do(t, "cp", name+":/etc/.", "out-"+name)
		for file, want := range map[string]string{"in": "text", "other": "text", "root": "text"} {
			if text, err := os.ReadFile(filepath.Join(c.dir, "out-"+name, file)); err != nil || string(text) != want {
				t.Errorf("%s of %s: %q, %v", file, name, text, err)
			}
		}
		if out := c.do(t, "diff", name); !strings.Contains(out, "C /etc\nA /etc/in\nA /etc/other\nA /etc/root\n") {
			t.Errorf("diff of %s: %s", name, out)
		}
		c.do(t, "export", "-o", name+".tar", name)
		text, err := os.ReadFile(filepath.Join(c.dir, name+".tar"))
		if err != nil {
			t.Fatal(err)
		}
		owners := map[string]int{}
		for r := tar.NewReader(bytes.NewReader(text)); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			owners[h.Name] = h.Uid
		}
		if owners["etc/in"] != 7 || owners["etc/root"] != 0 || owners["bin/busybox"] != 0 {
			t.Errorf("%s has the owners %v", name, owners)
		}
		if _, err := c.run("cp", "in", name+":/none/in"); err == nil {
			t.Error("a file was copied to where no folder is")
		}
	}
}

func commits(t *testing.T, c commandLine) {
	c.do(t, "run", "--name", "box", "bb", "sh", "-c", "echo new >/etc/new; busybox rm /etc/gone")
	id := strings.TrimSpace(c.do(t, "commit", "-q", "-c", `CMD ["busybox","cat","/etc/new"]`, "-m", "why", "box", "made:2"))
	if out := c.do(t, "run", "--rm", "made:2"); out != "new\n" {
		t.Errorf("it printed %q", out)
	}
	if out := c.do(t, "run", "--rm", id, "sh", "-c", "[ -e /etc/gone ] || echo gone"); out != "gone\n" {
		t.Errorf("what was deleted: %q", out)
	}
	if out := c.do(t, "history", "made:2"); !strings.Contains(out, "why") {
		t.Errorf("its history is %s", out)
	}
}

// hostileLinks: a container that exchanges a folder for a link to the host's,
// again and again, gets nothing of the host's and writes nothing there
// (CVE-2018-15664, CVE-2019-14271).
func hostileLinks(t *testing.T, c commandLine) {
	outside := filepath.Join(c.dir, "outside")
	if err := os.Mkdir(outside, 0o777); err != nil {
		t.Fatal(err)
	}
	c.write(t, "outside/secret", "of the host")
	c.write(t, "evil", "evil")
	c.do(t, "run", "-d", "--name", "hostile", "bb", "sh", "-c", `busybox mkdir /real; echo own >/real/secret
		while :; do busybox ln -sfn `+outside+` /way; busybox ln -sfn /real /way; done`)
	for range 40 {
		c.run("cp", "evil", "hostile:/way/secret")
		c.run("cp", "evil", "hostile:/way/")
		if out, _ := c.run("cp", "hostile:/way/secret", "-"); strings.Contains(out, "of the host") {
			t.Fatal("a file of the host was copied")
		}
	}
	if text, err := os.ReadFile(outside + "/secret"); err != nil || string(text) != "of the host" {
		t.Errorf("the host's file is %q, %v", text, err)
	}
	if made, err := os.ReadDir(outside); err != nil || len(made) != 1 {
		t.Errorf("on the host there is %v, %v", made, err)
	}
}
