package setup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"isle/internal/container"
	"isle/internal/engine/request"
	"isle/internal/idmap"
	"isle/internal/image/store"
	"isle/internal/oci"
	"isle/ns"
	"isle/sandbox"
	"isle/test/programs"
)

// job is a container that a process of the tests starts and waits for.
type job struct {
	Request request.Container
	Image   *store.Config
	Dir     string
	Others  map[string]Joined
}

const jobVariable = "ISLE_TEST_SETUP"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "do" {
		if err := Do(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(125)
		}
		os.Exit(0)
	}
	if file := os.Getenv(jobVariable); file != "" {
		status, err := carryOut(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(status)
	}
	os.Exit(m.Run())
}

// carryOut starts the container as isle run does, and ends as its program did.
func carryOut(file string) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 125, err
	}
	var j job
	if err := json.Unmarshal(text, &j); err != nil {
		return 125, err
	}
	image := filepath.Join(filepath.Dir(filepath.Dir(j.Dir)), "root")
	layered := &oci.Layered{Lowers: []string{image}, Upper: filepath.Join(j.Dir, "upper"), Work: filepath.Join(j.Dir, "work")}
	in := &Input{Request: &j.Request, Image: j.Image, Layers: Layers{layered.Upper, image}, Root: filepath.Join(j.Dir, "rootfs"), Dir: j.Dir,
		Warn:      func(err error) { fmt.Fprintln(os.Stderr, "warning:", err) },
		Container: func(name string) (Joined, error) { return j.Others[name], nil },
		Volume: func(name string) (string, error) {
			dir := filepath.Join(filepath.Dir(j.Dir), "volume-"+name)
			return dir, os.MkdirAll(dir, 0o755)
		},
		Secret: func(name string) ([]byte, error) { return []byte("secret of " + name), nil },
	}
	for _, d := range []string{layered.Upper, layered.Work, in.Root} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return 125, err
		}
	}
	s, err := Spec(in)
	if err != nil {
		return 125, err
	}
	for i := range s.Spec.Mounts { // as those of parts of volumes have it
		if m := &s.Spec.Mounts[i]; os.Getenv("ISLE_TEST_NOLINKS") != "" && m.Destination == "/in" {
			m.Options = append(m.Options, oci.OptionNoLinks)
		}
	}
	for _, c := range s.Copies {
		if err := do(in, c, c.Words()); err != nil {
			return 125, err
		}
	}
	for _, c := range s.Chowns {
		if err := do(in, c, c.Words()); err != nil {
			return 125, err
		}
	}
	if text, err = json.Marshal(s.Spec); err == nil {
		err = os.WriteFile(filepath.Join(j.Dir, "config.json"), text, 0o600)
	}
	if err != nil {
		return 125, err
	}
	layered.IDMapped = !j.Request.Rootless && len(s.Spec.Linux.UIDMappings) > 0
	runtime := container.Store{Dir: filepath.Join(j.Dir, "run")}
	session, err := runtime.Run(j.Request.ID, &container.Options{Bundle: j.Dir, Layered: layered, Warn: in.Warn, NoCgroups: s.NoCgroups, Systemd: s.Systemd, Rootless: j.Request.Rootless})
	if err != nil {
		return 126, err
	}
	if pid := os.Getenv("ISLE_TEST_PID"); pid != "" {
		os.WriteFile(pid, fmt.Appendf(nil, "%d", session.PID()), 0o644)
	}
	status, err := session.Wait()
	if err := errors.Join(err, session.Finish()); err != nil {
		return 125, err
	}
	if status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return status.ExitStatus(), nil
}

// do does what comes before a start, an ordinary user's as root of a user
// namespace with his subordinate ids.
func do(in *Input, what interface{ Do() error }, words []string) error {
	if !in.Request.Rootless {
		return what.Do()
	}
	maps, err := idmap.Rootless(idmap.Local())
	if err != nil {
		return err
	}
	cmd := sandbox.Command("/proc/self/exe", append([]string{"do"}, words...)...)
	cmd.Config.New = cmd.Config.New.With(ns.User)
	for _, r := range maps.Users {
		cmd.Config.UIDMap = append(cmd.Config.UIDMap, sandbox.IDMap(r))
	}
	for _, r := range maps.Groups {
		cmd.Config.GIDMap = append(cmd.Config.GIDMap, sandbox.IDMap(r))
	}
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// bed is where a test's containers are: in it is a root with busybox.
type bed struct {
	t    *testing.T
	dir  string
	user bool // they are an ordinary user's
	n    int

	others map[string]Joined
}

const testUser = "12345"

// asBoth runs a test as root and as an ordinary user with subordinate ids.
func asBoth(t *testing.T, test func(t *testing.T, b *bed)) {
	t.Run("root", func(t *testing.T) { test(t, newBed(t, false)) })
	t.Run("user", func(t *testing.T) { test(t, newBed(t, true)) })
}

func newBed(t *testing.T, user bool) *bed {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, to be root and others")
	}
	if _, err := exec.LookPath("newuidmap"); user && err != nil {
		t.Skip(err)
	}
	busybox, err := os.ReadFile("/bin/busybox")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		os.Chmod(d, 0o755)
	}
	b := &bed{t: t, dir: dir, user: user}
	for _, d := range []string{"bin", "etc", "tmp", "home/bob", "data", "containers", "etc/secret"} {
		if err := os.MkdirAll(b.path("root", d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	os.MkdirAll(b.path("containers"), 0o755)
	b.write("root/bin/busybox", string(busybox))
	os.Chmod(b.path("root/bin/busybox"), 0o755)
	for _, name := range strings.Fields("sh id cat ls env mount touch grep stat hostname mkdir sleep ps umask sed cut head wc kill dd chmod ip mknod readlink test rm wc") {
		os.Symlink("busybox", b.path("root/bin", name))
	}
	b.write("root/etc/passwd", "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n")
	b.write("root/etc/group", "root:x:0:\nbob:x:1000:\nwheel:x:10:bob\ntty:x:5:\n")
	os.Chmod(b.path("root/tmp"), 0o1777)
	if user { // whose folders nobody else can enter
		self, err := os.Executable()
		if err == nil {
			err = programs.Copy(self, b.path("setup.test"))
		}
		if err == nil {
			err = os.Chmod(dir, 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("chown", "-R", testUser+":"+testUser, dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return b
}

func (b *bed) path(elements ...string) string {
	return filepath.Join(append([]string{b.dir}, elements...)...)
}

func (b *bed) write(name, text string) {
	b.t.Helper()
	if err := os.MkdirAll(filepath.Dir(b.path(name)), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(b.path(name), []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
	b.give(name)
}

// give gives a file and the folders above it to whose containers they are.
func (b *bed) give(name string) {
	for ; b.user && name != "."; name = filepath.Dir(name) {
		os.Lchown(b.path(name), 12345, 12345)
	}
}

// result is what became of a container.
type result struct {
	out, err string
	status   int
}

// run runs a container to its end. What the image says can be left out.
func (b *bed) run(r request.Container, image ...store.Execution) result {
	b.t.Helper()
	cmd := b.command(r, image...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		b.t.Fatal(err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// sh runs a script in a container and gives what it prints; it is to succeed.
func (b *bed) sh(r request.Container, script string) string {
	b.t.Helper()
	r.Command = []string{"sh", "-c", script}
	got := b.run(r)
	if got.status != 0 || got.err != "" {
		b.t.Errorf("%s: status %d: %s", script, got.status, got.err)
	}
	return strings.TrimSuffix(got.out, "\n")
}

func (b *bed) command(r request.Container, image ...store.Execution) *exec.Cmd {
	b.t.Helper()
	b.n++
	r.ID = fmt.Sprintf("%064x", b.n*1000+os.Getpid())
	r.Name = fmt.Sprintf("container%d", b.n)
	r.Rootless = b.user
	j := job{Request: r, Others: b.others, Dir: b.path("containers", fmt.Sprint(b.n))}
	if len(image) > 0 {
		j.Image = &store.Config{Config: image[0]}
	}
	if err := os.MkdirAll(j.Dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	text, err := json.Marshal(j)
	if err != nil {
		b.t.Fatal(err)
	}
	b.write(fmt.Sprintf("containers/%d/job", b.n), string(text))
	ctx, cancel := context.WithTimeout(b.t.Context(), 20*time.Second)
	b.t.Cleanup(cancel)
	self, err := os.Executable()
	if err != nil {
		b.t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self)
	if b.user { // with files of its own that say which ids are his
		os.Chown(j.Dir, 12345, 12345)
		os.Chown(filepath.Join(j.Dir, "job"), 12345, 12345)
		script := `mount --make-rprivate / && echo ` + testUser + `:200000:65536 >"$0" && mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid &&
			(cat /etc/passwd; echo tester:x:` + testUser + `:` + testUser + `::/:/bin/sh) >"$0.passwd" && mount --bind "$0.passwd" /etc/passwd &&
			exec setpriv --reuid ` + testUser + ` --regid ` + testUser + ` --clear-groups "$1"`
		cmd = exec.CommandContext(ctx, "unshare", "-m", "sh", "-c", script, b.path("ids"), b.path("setup.test"))
	}
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), jobVariable+"="+filepath.Join(j.Dir, "job"), "XDG_RUNTIME_DIR=")
	cmd.WaitDelay = 5 * time.Second
	return cmd
}
