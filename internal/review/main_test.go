package review

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"isle/internal/feature"
	"isle/ns"
	"isle/sandbox"
)

// TestMain lets the test be run once more as an isle that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("REVIEW_TEST_APPLY"); dir != "" {
		applyAll(dir)
		return
	}
	if dir := os.Getenv("REVIEW_TEST_STORE"); dir != "" {
		if _, err := (&Store{dir}).Create("", nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// place is a directory of the host, with files in it, and a store beside it.
type hostDir struct {
	t     *testing.T
	dir   string
	store *Store
}

func host(t *testing.T, files map[string]string) *hostDir {
	t.Helper()
	if os.Geteuid() != 0 {
		if err := feature.UserNamespaces.Err(); err != nil {
			t.Skip(err)
		}
	}
	top := t.TempDir()
	h := &hostDir{t, filepath.Join(top, "host"), &Store{filepath.Join(top, "store")}}
	if err := os.Mkdir(h.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		h.write(name, text)
	}
	return h
}

func (h *hostDir) path(name string) string { return filepath.Join(h.dir, name) }

func (h *hostDir) write(name, text string) {
	h.t.Helper()
	if err := os.MkdirAll(filepath.Dir(h.path(name)), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(h.path(name), []byte(text), 0o644); err != nil {
		h.t.Fatal(err)
	}
}

// run runs a script in the directory, seen through an overlay. What input says
// to, is done on the host while the script waits in "read".
func (h *hostDir) run(script string, meanwhile ...func()) *Review {
	h.t.Helper()
	r, err := h.store.Create("", []string{"sh"})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { r.Close(); r.Drop() })
	cmd := sandbox.Command("sh", "-c", "set -e; "+script)
	cmd.New, cmd.Dir = ns.SetOf(ns.Mount, ns.PID), h.dir
	if os.Geteuid() != 0 {
		cmd.New = cmd.New.With(ns.User)
	}
	cmd.Root = &sandbox.Root{Keep: r.Dir, Overlay: true}
	out := &strings.Builder{}
	cmd.Stderr = out
	h.start(r, cmd, meanwhile)
	if err := cmd.Wait(); err != nil {
		h.t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return r
}

func (h *hostDir) start(r *Review, cmd *sandbox.Cmd, meanwhile []func()) {
	h.t.Helper()
	if err := cmd.PrepareKeep(); err != nil {
		h.t.Fatal(err)
	}
	kept, err := cmd.KeptLayers()
	if err != nil {
		h.t.Fatal(err)
	}
	var layers []Layer
	for _, l := range kept {
		upper, _ := filepath.Rel(r.Dir, l.Upper)
		layers = append(layers, Layer{Host: l.Lower, Upper: upper})
		r.UserXattr = l.UserXattr
	}
	if err := r.Begin(layers); err != nil {
		h.t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	for _, do := range meanwhile {
		do()
	}
	io.WriteString(in, "\n")
	in.Close()
}

// list describes the changes, a line each, with paths below the directory.
func (h *hostDir) list(r *Review) []string {
	h.t.Helper()
	changes, err := r.Changes()
	if err != nil {
		h.t.Fatal(err)
	}
	lines := []string{}
	for _, c := range changes {
		rel, err := filepath.Rel(h.dir, c.Path)
		if err != nil || strings.HasPrefix(rel, "..") {
			continue // something else on the host
		}
		line := fmt.Sprintf("%s %s %s", c.Kind, c.Type, rel)
		for _, more := range [][]string{c.What, c.Special, {c.Reason}} {
			if text := strings.Join(more, ","); text != "" {
				line += " " + text
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func (h *hostDir) want(r *Review, lines ...string) {
	h.t.Helper()
	got := h.list(r)
	slices.Sort(got)
	slices.Sort(lines)
	if !slices.Equal(got, lines) {
		h.t.Errorf("changes:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(lines, "\n  "))
	}
}

// apply applies all changes below the directory and returns the errors of those
// that were not, by path.
func (h *hostDir) apply(r *Review, o Options) map[string]string {
	h.t.Helper()
	all, err := r.Changes()
	if err != nil {
		h.t.Fatal(err)
	}
	chosen, err := Selection(all, []string{h.dir})
	if err != nil {
		h.t.Fatal(err)
	}
	outcomes, err := r.Apply(all, chosen, o)
	if err != nil {
		h.t.Fatal(err)
	}
	failed := map[string]string{}
	for _, o := range outcomes {
		if o.Err != nil {
			rel, _ := filepath.Rel(h.dir, o.Path)
			failed[rel] = o.Err.Error()
		}
	}
	return failed
}

func (h *hostDir) applied(r *Review) {
	h.t.Helper()
	if failed := h.apply(r, Options{}); len(failed) > 0 {
		h.t.Errorf("not applied: %v", failed)
	}
	h.want(r)
	h.clean()
}

// clean checks that nothing on its way was left.
func (h *hostDir) clean() {
	h.t.Helper()
	filepath.WalkDir(h.dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil || strings.HasPrefix(filepath.Base(path), ".isle-") {
			h.t.Errorf("%s was left: %v", path, err)
		}
		return nil
	})
}

// refused checks that a change is refused for a reason.
func (h *hostDir) refused(r *Review, path, reason string) {
	h.t.Helper()
	if failed := h.apply(r, Options{}); !strings.Contains(failed[path], reason) {
		h.t.Errorf("%s: refused because %q, want %q (all: %v)", path, failed[path], reason, failed)
	}
	h.clean()
}

func (h *hostDir) has(name, text string) {
	h.t.Helper()
	if got, err := os.ReadFile(h.path(name)); err != nil || string(got) != text {
		h.t.Errorf("%s holds %.40q, want %.40q (%v)", name, got, text, err)
	}
}

func (h *hostDir) no(name string) {
	h.t.Helper()
	if _, err := os.Lstat(h.path(name)); !os.IsNotExist(err) {
		h.t.Errorf("%s is there: %v", name, err)
	}
}
