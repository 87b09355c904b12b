package tree

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// root is a folder with files, which are given as name and text; what ends in "/"
// is a folder, and a text that begins with "-> " is a link.
func root(t *testing.T, files ...string) (Root, string) {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		link, isLink := strings.CutPrefix(files[i+1], "-> ")
		switch {
		case isLink:
			must(t, os.Symlink(link, path))
		case strings.HasSuffix(files[i], "/"):
			must(t, os.MkdirAll(path, 0o755))
		default:
			must(t, os.WriteFile(path, []byte(files[i+1]), 0o644))
		}
	}
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	must(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	return Root(fd), dir
}

// names are those in an archive, with the text of files.
func names(t *testing.T, r io.Reader) (list []string) {
	t.Helper()
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if err == io.EOF {
			return list
		}
		must(t, err)
		text, err := io.ReadAll(archive)
		must(t, err)
		list = append(list, fmt.Sprintf("%s %c %s%s", h.Name, h.Typeflag, text, h.Linkname))
	}
}

func TestAdd(t *testing.T) {
	r, dir := root(t, "d/file", "text", "d/.wh.odd", "x", "d/link", "-> file", "to", "-> /d")
	must(t, os.Link(dir+"/d/file", dir+"/d/same"))
	must(t, unix.Mkfifo(dir+"/d/pipe", 0o600)) // is not opened, which would wait
	for _, test := range []struct{ from, name string }{{"/d", "new"}, {"to", "new"}, {"/to/.", "."}} {
		var b bytes.Buffer
		w := NewWriter(&b)
		must(t, w.Add(r, test.from, test.name))
		must(t, w.Close())
		prefix := ""
		want := []string{}
		if test.name != "." {
			prefix = test.name + "/"
			want = append(want, prefix+" 5 ")
		}
		want = append(want, prefix+".wh.odd 0 x", prefix+"file 0 text", prefix+"link 2 file", prefix+"pipe 6 ", prefix+"same 1 "+prefix+"file")
		if got := names(t, &b); !slices.Equal(got, want) {
			t.Errorf("%s as %s: %q, want %q", test.from, test.name, got, want)
		}
	}
}

// TestLinksStayInside: whatever links a container has, what is read and written is
// its own.
func TestLinksStayInside(t *testing.T) {
	_, outside := root(t, "secret", "of the host")
	for _, link := range []string{outside, "../../../../../../../../.." + outside, "/proc/self/root" + outside, "/proc/self/cwd/../../.." + outside} {
		r, dir := root(t, "etc/", "", "way", "-> "+link, "etc/way", "-> "+link, "etc/secret", "-> "+outside+"/secret")
		for _, path := range []string{"/way/secret", "/etc/secret", "/etc/way/secret", "/way/.", "../../.." + outside + "/secret"} {
			var b bytes.Buffer
			if err := NewWriter(&b).Add(r, path, "x"); err == nil {
				t.Errorf("%s over %s gave %q", path, link, names(t, &b))
			}
			if f, err := r.File(path); f != nil {
				t.Errorf("%s over %s was opened, %v", path, link, err)
			}
		}
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		must(t, w.WriteHeader(&tar.Header{Name: "secret", Typeflag: tar.TypeReg, Size: 4, Mode: 0o644}))
		w.Write([]byte("evil"))
		must(t, w.Close())
		for _, folder := range []string{"/way", "/etc/way", ".." + outside} {
			if err := Put(t.Context(), r, folder, bytes.NewReader(b.Bytes()), nil, true); err == nil {
				t.Errorf("%s over %s was written to", folder, link)
			}
		}
		// The name itself is a link: that is replaced.
		must(t, Put(t.Context(), r, "/etc", bytes.NewReader(b.Bytes()), nil, false))
		if text, err := os.ReadFile(dir + "/etc/secret"); err != nil || string(text) != "evil" {
			t.Errorf("%q, %v", text, err)
		}
		if text, err := os.ReadFile(outside + "/secret"); err != nil || string(text) != "of the host" {
			t.Fatalf("the host's file is %q, %v", text, err)
		}
	}
}

// TestHostileArchive: what comes out of a container leads nowhere on the host.
func TestHostileArchive(t *testing.T) {
	_, outside := root(t, "secret", "of the host")
	for _, entries := range [][]tar.Header{
		{{Name: "a", Typeflag: tar.TypeSymlink, Linkname: outside}, {Name: "a/secret", Typeflag: tar.TypeReg, Mode: 0o600}},
		{{Name: "../x", Typeflag: tar.TypeReg}},
		{{Name: "a/../../x", Typeflag: tar.TypeReg}},
		{{Name: "a", Typeflag: tar.TypeLink, Linkname: outside + "/secret"}},
		{{Name: "there/", Typeflag: tar.TypeDir, Mode: 0o755}, {Name: "there/secret", Typeflag: tar.TypeReg, Mode: 0o600}},
	} {
		r, _ := root(t, "box/there", "-> "+outside)
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range entries {
			must(t, w.WriteHeader(&h))
		}
		must(t, w.Close())
		err := Put(t.Context(), r, "/box", &b, nil, false)
		if text, _ := os.ReadFile(outside + "/secret"); string(text) != "of the host" {
			t.Fatalf("%v: the host's file is %q, %v", entries, text, err)
		}
		if made, err := os.ReadDir(outside); err != nil || len(made) != 1 {
			t.Errorf("%v: there is %v, %v", entries, made, err)
		}
	}
}

func TestMerge(t *testing.T) {
	archive := func(name string, kind byte) io.Reader {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		must(t, w.WriteHeader(&tar.Header{Name: name, Typeflag: kind, Mode: 0o755}))
		must(t, w.Close())
		return &b
	}
	for _, test := range []struct {
		name      string
		kind      byte
		overwrite bool
		want      string // what there is afterwards, "" is an error
	}{
		{"dir/", tar.TypeDir, false, "dir/kept"}, {"dir", tar.TypeReg, false, ""}, {"dir", tar.TypeReg, true, "dir"},
		{"file/", tar.TypeDir, false, ""}, {"file/", tar.TypeDir, true, "file/."}, {".wh.dir", tar.TypeReg, false, "dir/kept"},
	} {
		r, dir := root(t, "dir/kept", "x", "file", "x")
		err := Put(t.Context(), r, "/", archive(test.name, test.kind), nil, test.overwrite)
		if (err == nil) != (test.want != "") {
			t.Errorf("%+v: %v", test, err)
		}
		if _, err := os.Lstat(dir + "/" + test.want); err != nil {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

func TestChanges(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("whiteouts are made by root here")
	}
	_, base := root(t, "etc/a", "", "etc/b", "", "old/x", "", "gone/y", "", "hid/below", "", "was", "")
	_, middle := root(t, "hid/mid", "", "etc/c", "")
	must(t, unix.Mknod(middle+"/was", unix.S_IFCHR, 0))
	_, upper := root(t, "etc/a", "changed", "etc/new", "", "hid/new", "", "was", "again")
	for _, name := range []string{"etc/c", "gone", "never"} {
		must(t, unix.Mknod(filepath.Join(upper, name), unix.S_IFCHR, 0))
	}
	must(t, unix.Setxattr(upper+"/hid", "trusted.overlay.opaque", []byte("y"), 0))
	list, err := Changes(upper, []string{middle, base})
	must(t, err)
	var got []string
	for _, c := range list {
		got = append(got, fmt.Sprintf("%c %s", c.Kind, c.Path))
	}
	want := []string{"C /etc", "C /etc/a", "D /etc/c", "A /etc/new", "D /gone", "C /hid", "D /hid/below", "D /hid/mid", "A /hid/new", "A /was"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	var b bytes.Buffer
	must(t, Layer(&b, upper))
	layer := strings.Join(names(t, &b), "\n")
	for _, line := range []string{"etc/.wh.c 0 ", ".wh.gone 0 ", "hid/.wh..wh..opq 0 ", "etc/a 0 changed", "was 0 again"} {
		if !strings.Contains(layer, line) {
			t.Errorf("the layer has no %q:\n%s", line, layer)
		}
	}
}

func TestPlace(t *testing.T) {
	for _, test := range []struct {
		source       string
		is           Kind
		target       string
		there        Kind
		folder, name string
	}{
		{"/a/f", Other, "/d", Folder, "/d", "f"}, {"/a/f", Other, "/d/", Folder, "/d", "f"}, {"/a/f", Other, "/d/g", None, "/d", "g"},
		{"/a/f", Other, "/d/g", Other, "/d", "g"}, {"/a/f", Other, "/d/g/", None, "", ""}, {"/a", Folder, "/d", Folder, "/d", "a"},
		{"/a/.", Folder, "/d", Folder, "/d", "."}, {"/a", Folder, "/d/n", None, "/d", "n"}, {"/a/.", Folder, "/d/n", None, "/d", "n"},
		{"/a/", Folder, "/d/n/", None, "/d", "n"}, {"/a", Folder, "/d/g", Other, "", ""},
	} {
		folder, name, err := Place(test.source, test.is, test.target, test.there)
		if folder != test.folder || name != test.name || (err != nil) != (test.name == "") {
			t.Errorf("%+v: %s %s %v", test, folder, name, err)
		}
	}
}
