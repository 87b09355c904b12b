package review

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/ns"
	"isle/sandbox"
)

// TestLinksLeadNowhere: neither a link that the program made nor one that stands
// on the host in the meantime makes apply write elsewhere.
func TestLinksLeadNowhere(t *testing.T) {
	out := t.TempDir()
	h := host(t, map[string]string{"d/x": "old", "e/x": "old"})
	r := h.run(`rm -r d; ln -s ` + out + ` d; echo new >e/new; echo changed >e/x; mkdir -p f/g; echo new >f/g/new; ln -s ` + out + ` l; mkdir m; ln -s ../../.. m/up`)
	if err := os.Rename(h.path("e"), h.path("e.old")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"e", "f"} {
		if err := os.Symlink(out, h.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	failed := h.apply(r, Options{})
	for _, name := range []string{"e/new", "e/x", "f", "f/g", "f/g/new"} {
		if failed[name] == "" {
			t.Errorf("%s was applied", name)
		}
	}
	if to, err := os.Readlink(h.path("d")); err != nil || to != out {
		t.Errorf("d leads to %q, %v", to, err)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("written outside: %v, %v", left, err)
	}
}

// TestChangeItselfChanged: what was looked at is what is applied.
func TestChangeItselfChanged(t *testing.T) {
	h := host(t, map[string]string{"a": "old", "b": "old"})
	r := h.run("echo new >a; echo new >b; mkdir d; echo new >d/c")
	h.list(r)
	for i, do := range []func(path string) error{
		func(path string) error { return os.WriteFile(path, []byte("bad\n"), 0o644) },
		func(path string) error {
			os.Remove(path)
			return os.Symlink("/etc/passwd", path)
		},
		func(path string) error {
			os.RemoveAll(filepath.Dir(path))
			return os.Symlink("/etc", filepath.Dir(path))
		},
	} {
		if err := do(upperOf(t, r, h.path([]string{"a", "b", "d/c"}[i]))); err != nil {
			t.Fatal(err)
		}
	}
	failed := h.apply(r, Options{})
	for _, name := range []string{"a", "b", "d"} {
		if failed[name] != tampered {
			t.Errorf("%s: %q", name, failed[name])
		}
	}
	h.has("a", "old")
	h.has("b", "old")
	h.no("d")
}

// upperOf is where the changed file of a path lies.
func upperOf(t *testing.T, r *Review, path string) string {
	t.Helper()
	for _, l := range r.Layers {
		if rel, err := filepath.Rel(l.Host, path); err == nil && !strings.HasPrefix(rel, "..") {
			if upper := filepath.Join(r.Dir, l.Upper, rel); exists(upper) {
				return upper
			}
		}
	}
	t.Fatalf("no layer has %s", path)
	return ""
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// TestChangedMeanwhile: nothing that the host has changed since the program
// began is lost, however the host's change is hidden.
func TestChangedMeanwhile(t *testing.T) {
	hidden := func(h *hostDir, name, text string) {
		info, err := os.Stat(h.path(name))
		if err != nil {
			t.Fatal(err)
		}
		h.write(name, text)
		if err := os.Chtimes(h.path(name), time.Time{}, info.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
	changes := map[string]func(h *hostDir){
		"file": func(h *hostDir) { h.write("file", "host"); h.write("d/deep/x", "host"); h.write("gone", "host") },
		"same size, same time": func(h *hostDir) {
			hidden(h, "file", "OLD")
			hidden(h, "d/deep/x", "OLD")
			hidden(h, "gone", "OLD")
		},
		"replaced": func(h *hostDir) {
			h.write("other", "host")
			os.Rename(h.path("other"), h.path("file"))
			h.write("other", "host")
			os.Rename(h.path("other"), h.path("gone"))
			h.write("d/more", "host")
		},
	}
	for name, change := range changes {
		for when, during := range map[string]bool{"while it runs": true, "afterwards": false} {
			t.Run(name+" "+when, func(t *testing.T) {
				h := host(t, map[string]string{"file": "old", "gone": "old", "d/deep/x": "old"})
				const script = "read x; echo island >file; rm gone; rm -r d"
				var r *Review
				if during {
					r = h.run(script, func() { change(h) })
					h.list(r)
				} else {
					r = h.run(script)
					h.list(r)
					change(h)
				}
				failed := h.apply(r, Options{})
				for _, name := range []string{"file", "gone", "d"} {
					if !strings.Contains(failed[name], "on the host") {
						t.Errorf("%s was applied: %v", name, failed)
					}
				}
				if got, err := os.ReadFile(h.path("file")); err != nil || strings.Contains(string(got), "island") {
					t.Errorf("file holds %q, %v", got, err)
				}
				h.clean()
			})
		}
	}
}

// TestDirectoryReplaced: a directory that was replaced by one of older files while
// the program ran is not what it changed. In a user namespace the kernel does
// not tell.
func TestDirectoryReplaced(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("user 0 is needed: overlays of a user namespace do not say what they are of")
	}
	h := host(t, map[string]string{"d/s/f": "old", "other/s/f": "of the other"})
	r, err := h.store.Create("", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := sandbox.Command("sh", "-c", "echo island >d/s/f; echo new >d/s/new; echo x >&3; read x")
	ready, told, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.New, cmd.Dir, cmd.Root = ns.SetOf(ns.Mount, ns.PID), h.dir, &sandbox.Root{Keep: r.Dir, Overlay: true}
	cmd.ExtraFiles = []*os.File{told}
	h.start(r, cmd, []func(){func() {
		ready.Read(make([]byte, 1))
		for _, move := range [][2]string{{"d", "was"}, {"other", "d"}} {
			if err := os.Rename(h.path(move[0]), h.path(move[1])); err != nil {
				t.Error(err)
			}
		}
	}})
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	failed := h.apply(r, Options{})
	if failed["d/s/f"] != otherPlace || failed["d/s/new"] != otherPlace {
		t.Errorf("%v", failed)
	}
	h.has("d/s/f", "of the other")
}

// TestMadeMeanwhile: a file that both have made is the host's.
func TestMadeMeanwhile(t *testing.T) {
	h := host(t, nil)
	r := h.run("echo island >new; mkdir d; echo island >d/x")
	h.list(r)
	h.write("new", "host")
	h.write("d", "host")
	failed := h.apply(r, Options{})
	if failed["new"] != madeSince || failed["d"] != madeSince || failed["d/x"] == "" {
		t.Errorf("%v", failed)
	}
	h.has("new", "host")
	h.has("d", "host")
}

// TestHostAlone: what only the host has changed is no change of the program's,
// even where the program has touched the file.
func TestHostAlone(t *testing.T) {
	h := host(t, map[string]string{"a": "old"})
	r := h.run("chmod 600 a; chmod 644 a")
	h.want(r)
	h.write("a", "host")
	h.want(r)
	h.has("a", "host")
}

// TestSpecial: what gives power is marked, and applied only on request.
func TestSpecial(t *testing.T) {
	h := host(t, map[string]string{"was": "x"})
	script := "echo x >suid; chmod 4755 suid; echo x >sgid; chmod 2755 sgid; chmod 4755 was; mkdir d; chmod 2755 d"
	lines := []string{"created file suid set-user-ID", "created file sgid set-group-ID", "changed file was mode set-user-ID", "created directory d"}
	special := []string{"suid", "sgid", "was"}
	if os.Geteuid() == 0 {
		script += "; mknod dev c 1 3; echo x >capable; setcap cap_net_raw+ep capable"
		lines = append(lines, "created device dev device", "created file capable capabilities")
		special = append(special, "dev", "capable")
		for _, tool := range []string{"/usr/sbin/setcap", "/sbin/setcap"} {
			if exists(tool) {
				script = strings.Replace(script, "setcap", tool, 1)
				break
			}
		}
	}
	r := h.run(script)
	h.want(r, lines...)
	failed := h.apply(r, Options{})
	for _, name := range special {
		if !strings.Contains(failed[name], "--special") {
			t.Errorf("%s: %q", name, failed[name])
		}
	}
	h.no("suid")
	if failed := h.apply(r, Options{Special: true}); len(failed) > 0 {
		t.Errorf("%v", failed)
	}
	h.want(r)
	if info, err := os.Stat(h.path("suid")); err != nil || info.Mode()&os.ModeSetuid == 0 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestStoreIsOutOfReach: a program cannot have another review changed, or its
// own, by way of being applied.
func TestStoreIsOutOfReach(t *testing.T) {
	h := host(t, nil)
	h.store.Dir = h.path("store")
	if err := os.MkdirAll(h.path("store/other/upper"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(h.path("store"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.write("store/other/record", "{}")
	r := h.run("echo bad >store/other/record; echo bad >store/other/new; mkdir store/evil; echo bad >store/evil/record")
	failed := h.apply(r, Options{})
	for _, name := range []string{"store/other/record", "store/other/new", "store/evil", "store/evil/record"} {
		if !strings.Contains(failed[name], "isle keeps its reviews there") {
			t.Errorf("%s: %q", name, failed[name])
		}
	}
	h.has("store/other/record", "{}")
}

// TestOtherFileSystem: a mount is not what the program saw if another one has
// taken its place.
func TestOtherFileSystem(t *testing.T) {
	h := host(t, map[string]string{"a": "old"})
	r := h.run("echo new >a")
	h.list(r)
	for i := range r.Layers {
		r.Layers[i].Root.Dev++
		r.Layers[i].FileSystem += "0"
	}
	h.refused(r, "a", "another file system")
	h.has("a", "old")
}

// TestStrangeNames: names are bytes, and a directory may be deeper than a path
// is long.
func TestStrangeNames(t *testing.T) {
	h := host(t, nil)
	r := h.run(`printf x >"$(printf 'a\033[31m\nb\377')"; long=$(printf %0250d 1); mkdir -p deep; cd deep; for i in $(seq 40); do mkdir -p $long; cd -P $long || exit 1; done; echo x >x`)
	changes, err := r.Changes()
	if err != nil {
		t.Fatal(err)
	}
	deepest := 0
	for _, c := range changes {
		deepest = max(deepest, len(c.Path))
		if strings.Contains(c.Path, "\033") && string(c.Raw) != c.Path {
			t.Errorf("%q has no raw path", c.Path)
		}
	}
	if deepest < unix.PathMax-600 {
		t.Errorf("the deepest change that is listed has a path of %d bytes", deepest)
	}
	failed := h.apply(r, Options{})
	if len(failed) != 1 || !strings.Contains(first(failed), "deeper than isle looks") {
		t.Errorf("%d were refused: %.300q", len(failed), first(failed))
	}
	h.has("a\033[31m\nb\377", "x")
}

func first(m map[string]string) string {
	for _, text := range m {
		return text
	}
	return ""
}

// TestNobodyElseEnters: the store holds programs that nobody else is to run.
func TestNobodyElseEnters(t *testing.T) {
	h := host(t, nil)
	h.run("true")
	if err := h.run("exit 0").Rename("../out"); err == nil {
		t.Error("a review is called ../out")
	}
	info, err := os.Stat(h.store.Dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.Chmod(h.store.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.Create("x", nil); err == nil || !strings.Contains(err.Error(), "others can enter it") {
		t.Errorf("an open store is used: %v", err)
	}
}
