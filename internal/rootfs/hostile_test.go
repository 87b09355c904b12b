package rootfs

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// outside is what an archive is unpacked next to and must not touch.
func outside(t *testing.T) (area, root string) {
	area = scratch(t)
	for _, d := range []string{"victim", "victim/empty"} {
		if err := os.Mkdir(filepath.Join(area, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"secret", "victim/file"} {
		if err := os.WriteFile(filepath.Join(area, f), []byte("untouched"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root = filepath.Join(area, "work")
	if err := os.Mkdir(root, 0o700); err != nil {
		t.Fatal(err)
	}
	return area, filepath.Join(root, "root")
}

// attacks are archives that try to reach AREA, the directory two above the
// root. err is the error they must end in; nil means that they are harmless
// inside, where then "in" must be found.
func attacks(area string) map[string]struct {
	items []item
	err   error
	in    string
} {
	type attack = struct {
		items []item
		err   error
		in    string
	}
	long := strings.Repeat("x", 256)
	deep := strings.Repeat("d/", 2048) + "f"
	return map[string]attack{
		"dotdot name":              {[]item{file("../secret", "evil")}, ErrEscape, ""},
		"dotdot further in":        {[]item{file("a/../../../secret", "evil")}, ErrEscape, ""},
		"just dotdot":              {[]item{dir("..", 0o777)}, ErrEscape, ""},
		"absolute name":            {[]item{file(area+"/secret", "evil")}, nil, area + "/secret"},
		"absolute dotdot":          {[]item{file("/../../secret", "evil")}, ErrEscape, ""},
		"link up, file through it": {[]item{symlink("l", "../.."), file("l/secret", "evil")}, nil, "secret"},
		"absolute link, file through it": {
			[]item{symlink("l", area), file("l/secret", "evil")}, nil, "l/secret"},
		"absolute link, tree there, file through it": {
			[]item{dir(area, 0o755), symlink("l", area), file("l/secret", "evil")}, nil, area + "/secret"},
		"link to file, file over it": {[]item{symlink("l", area+"/secret"), file("l", "evil")}, nil, "l"},
		"link to directory, directory over it": {
			[]item{symlink("l", area+"/victim"), dir("l", 0o777), file("l/file", "evil")}, nil, "l/file"},
		"link made of a directory later": {
			[]item{file("a/b/x", ""), symlink("a/b", area+"/victim"), file("a/b/file", "evil")}, nil, "a/b/file"},
		"link chain": {
			[]item{symlink("a", "b/.."), symlink("b", "/.."), file("a/secret", "evil")}, nil, ""},
		"proc magic":          {[]item{symlink("l", "/proc/self/root"), file("l"+area+"/secret", "evil")}, nil, ""},
		"proc cwd":            {[]item{symlink("l", "/proc/self/cwd"), file("l/secret", "evil")}, nil, "l/secret"},
		"hard link out":       {[]item{hardlink("h", "../../secret"), file("h", "evil")}, ErrEscape, ""},
		"hard link absolute":  {[]item{hardlink("h", area+"/secret")}, os.ErrNotExist, ""},
		"hard link via link":  {[]item{symlink("l", area), hardlink("h", "l/secret")}, os.ErrNotExist, ""},
		"hard link to a link": {[]item{symlink("l", area+"/secret"), hardlink("h", "l"), file("h", "evil")}, nil, "h"},
		"hard link to root":   {[]item{hardlink("h", ".")}, ErrEntry, ""},
		"mode through link":   {[]item{symlink("l", area+"/victim"), hardlink("h", "l"), dir("h", 0o777)}, nil, "h"},
		"whiteout of parent":  {[]item{file(".wh...", "")}, ErrEscape, ""},
		"whiteout of here":    {[]item{file("a/.wh..", "")}, ErrEscape, ""},
		"whiteout of nothing": {[]item{file("a/.wh.", "")}, ErrEscape, ""},
		"whiteout via link":   {[]item{symlink("l", area), file("l/.wh.secret", ""), file("l/.wh..wh..opq", "")}, nil, ""},
		"root as link":        {[]item{symlink(".", area), file("secret", "evil")}, ErrEntry, ""},
		"root as file":        {[]item{file("./", "")}, nil, ""},
		"link to itself":      {[]item{symlink("l", "l"), file("l/x", "in")}, nil, "l/x"},
		"name too long":       {[]item{file(long, "")}, unix.ENAMETOOLONG, ""},
		"path too long":       {[]item{file(deep, "")}, unix.ENAMETOOLONG, ""},
		"depth by links":      {depthByLinks(), unix.ENAMETOOLONG, ""},
		"owner too big": {[]item{file("f", "").with(func(h *tar.Header) { h.Uid = 1<<32 - 1 })},
			ErrEntry, ""},
		"owner negative": {[]item{file("f", "").with(func(h *tar.Header) { h.Gid = -2 })}, ErrEntry, ""},
		"device number":  {[]item{node("d", tar.TypeBlock, 1<<12, 0)}, ErrEntry, ""},
		"unknown type":   {[]item{{tar.Header{Name: "v", Typeflag: 'V'}, ""}}, ErrEntry, ""},
	}
}

// depthByLinks makes directories deeper than a path can name, each part of
// which is reached through a link to the deepest before.
func depthByLinks() []item {
	part := strings.TrimSuffix(strings.Repeat("d/", 1000), "/")
	return []item{
		dir(part, 0o755), symlink("l1", part),
		dir("l1/"+part, 0o755), symlink("l2", "l1/"+part),
		dir("l2/"+part, 0o755),
	}
}

func TestUnpackHostile(t *testing.T) {
	for name := range attacks("") {
		t.Run(name, func(t *testing.T) {
			area, root := outside(t)
			attack := attacks(area)[name]
			archive := pack(t, attack.items...)
			before := tree(t, area)
			_, err := UnpackTo(ctx, bytes.NewReader(archive), root, Options{})
			if attack.err != nil {
				wantErr(t, err, attack.err)
			} else if err != nil {
				t.Fatal(err)
			}
			if attack.in != "" {
				if _, err := os.Lstat(filepath.Join(root, attack.in)); err != nil {
					t.Errorf("not inside either: %v", err)
				}
			}
			if err := Remove(root); err != nil {
				t.Fatal(err)
			}
			after := tree(t, area)
			delete(before, "work") // its time changes
			delete(after, "work")
			same(t, after, before)
		})
	}
}

// TestUnpackHostileLayer does the same to a root with contents, where whiteouts work.
func TestUnpackHostileLayer(t *testing.T) {
	for name := range attacks("") {
		t.Run(name, func(t *testing.T) {
			area, root := outside(t)
			before := tree(t, area)
			delete(before, "work")
			lower := pack(t, dir("a", 0o755), file("a/x", "x"), symlink("l", "/"), symlink("out", area))
			if _, err := UnpackTo(ctx, bytes.NewReader(lower), root, Options{}); err != nil {
				t.Fatal(err)
			}
			attack := attacks(area)[name]
			_, err := Unpack(ctx, bytes.NewReader(pack(t, attack.items...)), root, Options{})
			if attack.err != nil && err == nil {
				t.Error("accepted")
			}
			if err := Remove(root); err != nil {
				t.Fatal(err)
			}
			after := tree(t, area)
			delete(after, "work")
			same(t, after, before)
		})
	}
}
