package setup

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// layersOf makes layers of files: "dir/", "link->target", "-gone" for a whiteout,
// "dir/!" for one that hides what is below; others hold their layer's number.
func layersOf(t *testing.T, layers ...[]string) Layers {
	t.Helper()
	var l Layers
	for i, names := range layers {
		dir := filepath.Join(t.TempDir(), "layer")
		l = append(l, dir)
		for _, name := range append([]string{"./"}, names...) {
			name, target, link := strings.Cut(name, "->")
			gone := strings.HasPrefix(name, "-")
			at := filepath.Join(dir, strings.TrimPrefix(name, "-"))
			err := os.MkdirAll(filepath.Dir(at), 0o755)
			switch {
			case err != nil:
			case link:
				err = os.Symlink(target, at)
			case gone:
				err = unix.Mknod(at, unix.S_IFCHR, 0)
			case filepath.Base(name) == "!":
				err = unix.Setxattr(filepath.Dir(at), "user.overlay.opaque", []byte("y"), 0)
			case strings.HasSuffix(name, "/"):
				err = os.MkdirAll(at, 0o755)
			default:
				err = os.WriteFile(at, []byte{byte('0' + i)}, 0o644)
			}
			if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOTSUP) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return l
}

// TestLayers: files are found as overlayfs shows them. "" stands for none.
func TestLayers(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("outside"), 0o644); err != nil {
		t.Fatal(err)
	}
	l := layersOf(t,
		[]string{"etc/high", "-etc/gone", "opaque/!", "opaque/own", "file", "abs->/etc/low", "out->" + outside, "up->../../../../.." + outside, "loop->loop", "magic->/proc/self/root" + outside},
		[]string{"etc/high", "etc/low", "etc/gone", "opaque/hidden", "file/sub", "dir->etc", "through->dir/low", "-back/x"},
		[]string{"etc/gone", "etc/lowest", "back/x", "back/y", "opaque/hidden"},
	)
	for name, want := range map[string]string{
		"etc/high": "0", "/etc/low": "1", "etc/lowest": "2", "etc/gone": "", "opaque/own": "0", "opaque/hidden": "", "file": "0", "file/sub": "",
		"abs": "1", "out": "", "up": "", "dir/low": "1", "through": "1", "back/x": "", "back/y": "2", "etc/../etc/./low": "1", "../../etc/low": "1", "magic": "", "nothing": "", "file/../etc/low": "",
	} {
		f, err := l.Open(name)
		got := ""
		if f != nil {
			text, _ := io.ReadAll(f)
			got = string(text)
			f.Close()
		}
		if got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"loop", "etc", strings.Repeat("etc/../", 3000), strings.Repeat("x", 300)} {
		if f, err := l.Open(name); err == nil {
			t.Errorf("%.20s: opened %v", name, f)
		}
	}
	before, _ := os.ReadDir("/proc/self/fd")
	for name := range map[string]bool{"through": true, "loop": true, "etc/gone": true, "etc/low": true} {
		if f, _ := l.Open(name); f != nil {
			f.Close()
		}
	}
	if after, _ := os.ReadDir("/proc/self/fd"); len(after) != len(before) {
		t.Errorf("%d descriptors became %d", len(before), len(after))
	}
}

// TestCopyUp: a volume gets all kinds of files, as the layers show them.
func TestCopyUp(t *testing.T) {
	l := layersOf(t, []string{"d/a", "-d/gone", "d/deep/"}, []string{"d/a", "d/gone", "d/deep/b", "d/link->../../out"})
	unix.Mkfifo(filepath.Join(l[1], "d/fifo"), 0o640)
	os.Chmod(filepath.Join(l[0], "d/deep"), 0o700)
	to := filepath.Join(t.TempDir(), "volume")
	os.Mkdir(to, 0o755)
	c := CopyUp{Layers: l, Path: "/d", To: to, UID: uint32(os.Getuid()), GID: uint32(os.Getgid())}
	if err := c.Do(); err != nil {
		t.Fatal(err)
	}
	var got []string
	filepath.WalkDir(to, func(p string, d os.DirEntry, err error) error {
		info, _ := d.Info()
		got = append(got, strings.TrimPrefix(p, to)+" "+info.Mode().String())
		return err
	})
	want := []string{" drwxr-xr-x", "/a -rw-r--r--", "/deep drwx------", "/deep/b -rw-r--r--", "/fifo prw-r-----", "/link Lrwxrwxrwx"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q\nwant %q", got, want)
	}
	if text, _ := os.ReadFile(filepath.Join(to, "a")); string(text) != "0" {
		t.Errorf("of the wrong layer: %q", text)
	}
	os.Remove(filepath.Join(to, "a"))
	if err := c.Do(); err != nil { // it has something already
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(to, "a")); err == nil {
		t.Error("a volume that has something was filled")
	}
	if left, _ := filepath.Glob(to + ".*"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// TestChown: owners change in the tree and nowhere else.
func TestChown(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to give files away")
	}
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "outside")
	os.MkdirAll(filepath.Join(dir, "a/b"), 0o755)
	os.WriteFile(outside, nil, 0o644)
	os.Symlink(outside, filepath.Join(dir, "a/link"))
	unix.Mkfifo(filepath.Join(dir, "a/b/fifo"), 0o600)
	if err := (Chown{Path: dir, UID: 77, GID: 88, Deep: true}).Do(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint32{dir: 77, dir + "/a/link": 77, dir + "/a/b/fifo": 77, outside: 0} {
		var st unix.Stat_t
		if err := unix.Lstat(name, &st); err != nil || st.Uid != want {
			t.Errorf("%s: %d, %v", name, st.Uid, err)
		}
	}
}
