package run_test

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// archive writes a root directory to a tar file as docker export does: owners
// by number, the users' homes theirs.
func archive(t *testing.T, root string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "root.tar")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := tar.NewWriter(f)
	err = filepath.Walk(root, func(name string, info os.FileInfo, err error) error {
		if err != nil || name == root {
			return err
		}
		return addEntry(w, root, name, info)
	})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func addEntry(w *tar.Writer, root, name string, info os.FileInfo) error {
	link, _ := os.Readlink(name)
	h, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	h.Name = strings.TrimPrefix(name, root+"/")
	h.Uid, h.Gid, h.Uname, h.Gname = 0, 0, "", ""
	if strings.HasPrefix(h.Name, "home/bob") {
		h.Uid, h.Gid = 1000, 1000
	}
	if err := w.WriteHeader(h); err != nil || !info.Mode().IsRegular() {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

func TestDirectory(t *testing.T) {
	root := newRoot(t)
	want(t, 0, "", "--rootfs", root, "/bin/probe", "write", "/tmp/new", "text")
	if got := read(t, filepath.Join(root, "tmp/new")); got != "text" {
		t.Errorf("a directory is the root itself, and has %q", got)
	}
	want(t, 125, "no such file", "--rootfs", root+"/none", "true")
}

// TestArchives runs what the real tools make, twice: unpacked and from the cache.
func TestArchives(t *testing.T) {
	root := newRoot(t)
	for _, c := range [][]string{{"cat"}, {"gzip", "-1"}, {"zstd", "-1"}, {"xz", "-0"}} {
		t.Run(c[0], func(t *testing.T) {
			needTool(t, "tar")
			needTool(t, c[0])
			file := filepath.Join(t.TempDir(), "name-says-nothing")
			line := fmt.Sprintf("tar -C %s -cf - . | %s >%s", root, strings.Join(c, " "), file)
			if out, err := exec.Command("sh", "-c", line).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			for range 2 {
				want(t, 0, "uid 0 gid 0", "--rootfs", file, "/bin/probe", "id", ",", "write", "/tmp/vanishes", "x")
			}
			if r := run(t, "--rootfs", file, "/bin/probe", "ls", "/tmp"); r.out != "" {
				t.Errorf("/tmp has %q from an earlier run", r.out)
			}
		})
	}
}

func TestNoArchive(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "text"), strings.Repeat("no archive\n", 100))
	write(t, filepath.Join(dir, "empty"), "")
	whole := read(t, archive(t, newRoot(t)))
	write(t, filepath.Join(dir, "cut"), whole[:len(whole)/2])
	for name, part := range map[string]string{"text": "not a tar archive", "empty": "it is empty", "cut": "cut short"} {
		r := want(t, 125, part, "--rootfs", filepath.Join(dir, name), "true")
		if strings.Count(r.err, "\n") != 1 || strings.Count(r.err, "isle: ") != 1 {
			t.Errorf("%s: more than one line, or prefix: %q", name, r.err)
		}
	}
}

// TestOwners: the owners that an archive records are those inside, for root
// and for whoever has subordinate ids.
func TestOwners(t *testing.T) {
	needSubids(t)
	file := archive(t, newRoot(t))
	for range 2 {
		want(t, 0, "owner 1000:1000", "--rootfs", file, "/bin/probe", "stat", "/home/bob")
		want(t, 0, "uid 1000 gid 1000 groups [10 1000]", "--rootfs", file, "-u", "bob", "/bin/probe", "id", ",", "write", "/home/bob/x", "x")
	}
	want(t, 1, "permission denied", "--rootfs", file, "-u", "bob", "/bin/probe", "write", "/etc/x", "x")
}

// TestCacheIsSwept: a changed archive is unpacked anew, and what was unpacked of
// the old one goes, subordinate owners or not.
func TestCacheIsSwept(t *testing.T) {
	root := newRoot(t)
	file := archive(t, root)
	want(t, 0, "uid 0", "--rootfs", file, "/bin/probe", "id")
	cache := filepath.Join(home(t), ".cache/isle/rootfs")
	if os.Geteuid() == 0 {
		cache = "/var/cache/isle/rootfs"
	}
	before := roots(t, cache)
	write(t, filepath.Join(root, "etc/new"), "new\n")
	if err := os.Rename(archive(t, root), file); err != nil {
		t.Fatal(err)
	}
	want(t, 0, "new", "--rootfs", file, "/bin/probe", "cat", "/etc/new")
	if after := roots(t, cache); os.Geteuid() != 0 && (len(before) != 1 || len(after) != 1) {
		t.Errorf("the cache had %q and has %q", before, after)
	}
}

func roots(t *testing.T, cache string) []string {
	t.Helper()
	found, err := filepath.Glob(cache + "/*[!k]") // no .lock
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestDamagedInside: a failure of unpacking in a user namespace is told once.
func TestDamagedInside(t *testing.T) {
	needSubids(t)
	file := filepath.Join(t.TempDir(), "damaged.tar")
	write(t, file, strings.Repeat("x", 1024))
	r := want(t, 125, "not a tar archive", "--rootfs", file, "true")
	if strings.Count(r.err, "\n") != 1 {
		t.Errorf("told more than once: %q", r.err)
	}
}
