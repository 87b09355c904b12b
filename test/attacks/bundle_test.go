package attacks

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

var applets = strings.Fields("sh true cat echo sleep ls id grep touch readlink test kill")

// bundle is a bundle on a throw-away path, with a canary: a file of the host
// that no container is given.
type bundle struct {
	t    *testing.T
	dir  string
	id   string
	spec *specs.Spec
}

const unharmed = "this belongs to the host\n"

// newBundle makes a bundle of busybox and the hostile program, all namespaces
// of the example, changed by change.
func newBundle(t *testing.T, change func(b *bundle)) *bundle {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs to be root on the host: this is user ", os.Geteuid())
	}
	dir, err := os.MkdirTemp(ownDir, "")
	must(t, err)
	must(t, os.Chmod(dir, 0o755))
	b := &bundle{t: t, dir: dir, id: "box-" + filepath.Base(dir), spec: &specs.Spec{}}
	for _, d := range []string{"rootfs/bin", "rootfs/etc", "rootfs/tmp", "rootfs/proc", "rootfs/sys", "rootfs/dev", "host"} {
		must(t, os.MkdirAll(filepath.Join(dir, d), 0o755))
	}
	must(t, os.Link(hostile, b.rootfs("bin/hostile")))
	must(t, os.Link(filepath.Join(ownDir, "busybox"), b.rootfs("bin/busybox")))
	for _, name := range applets {
		must(t, os.Symlink("busybox", b.rootfs("bin/"+name)))
	}
	must(t, os.WriteFile(b.host("canary"), []byte(unharmed), 0o600))
	must(t, json.Unmarshal([]byte(example), b.spec))
	b.spec.Process.Terminal, b.spec.Root.Readonly = false, false
	b.spec.Linux.CgroupsPath = "/isle-test-attacks-" + filepath.Base(dir)
	if change != nil {
		change(b)
	}
	b.write()
	t.Cleanup(func() { b.isle("delete", "--force", b.id); os.RemoveAll(dir) })
	return b
}

func (b *bundle) rootfs(name string) string { return filepath.Join(b.dir, "rootfs", name) }

// host is a path of the host's own, out of the container's reach.
func (b *bundle) host(name string) string { return filepath.Join(b.dir, "host", name) }

func (b *bundle) write() {
	b.t.Helper()
	text, err := json.Marshal(b.spec)
	must(b.t, err)
	must(b.t, os.WriteFile(filepath.Join(b.dir, "config.json"), text, 0o644))
}

// script has the container run lines of shell.
func (b *bundle) script(lines string) { b.spec.Process.Args = []string{"/bin/sh", "-c", lines} }

// unmount takes the mount on a path out of the configuration.
func (b *bundle) unmount(path string) {
	var list []specs.Mount
	for _, m := range b.spec.Mounts {
		if m.Destination != path && !strings.HasPrefix(m.Destination, path+"/") {
			list = append(list, m)
		}
	}
	b.spec.Mounts = list
}

// userNamespace gives the container a user namespace of its own.
func (b *bundle) userNamespace() {
	l := b.spec.Linux
	l.Namespaces = append(l.Namespaces, specs.LinuxNamespace{Type: specs.UserNamespace})
	l.UIDMappings = []specs.LinuxIDMapping{{HostID: 100000, Size: 65536}}
	l.GIDMappings = l.UIDMappings
	must(b.t, os.Chmod(b.rootfs("tmp"), 0o777))
}

// result is what a runtime said.
type result struct {
	out  string
	code int
}

// longest is how long a runtime may take, on a machine that is busy, that is to
// wait ten seconds for somebody at most.
const longest = 30 * time.Second

// finish runs a command to its end, which it is to come to by itself.
func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	file, err := os.CreateTemp(ownDir, "out-")
	must(t, err)
	defer os.Remove(file.Name())
	defer file.Close()
	cmd.Stdout, cmd.Stderr = file, file
	must(t, cmd.Start())
	late := time.AfterFunc(longest, func() { cmd.Process.Kill() })
	err = cmd.Wait()
	if !late.Stop() {
		t.Errorf("%v has not ended after %v", cmd.Args, longest)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file.Name())
	must(t, err)
	return result{string(text), cmd.ProcessState.ExitCode()}
}

// isle runs a verb of isle's.
func (b *bundle) isle(args ...string) result {
	b.t.Helper()
	cmd := exec.Command(isle, append([]string{"oci", "--root", filepath.Join(b.dir, "state")}, args...)...)
	cmd.Dir = b.dir
	return finish(b.t, cmd)
}

// naive runs the bundle with the naive runtime.
func (b *bundle) naive() result {
	b.t.Helper()
	return finish(b.t, exec.Command(naive, "run", b.dir))
}

// peer runs the bundle with runc or crun, on cgroups of version 2, which both
// know, and without limits.
func (b *bundle) peer(name string) result {
	b.t.Helper()
	b.spec.Version, b.spec.Linux.Resources = "1.0.2", nil
	b.write()
	verb := func(args ...string) *exec.Cmd {
		cmd := exec.Command(hostile, append([]string{"unified", name, "--root", filepath.Join(b.dir, name)}, args...)...)
		cmd.Dir = b.dir
		return cmd
	}
	defer func() { finish(b.t, verb("delete", "--force", b.id)) }()
	return finish(b.t, verb("run", b.id))
}

// peers has the host's runc and crun attacked too, each with a fresh bundle. What
// becomes of them depends on their versions, so it is told and no more.
func peers(t *testing.T, attack func() *bundle, harmed func(*bundle, result) bool) {
	t.Helper()
	for _, name := range []string{"runc", "crun"} {
		if _, err := exec.LookPath(name); err != nil {
			continue
		}
		b := attack()
		r := b.peer(name)
		t.Logf("%s: harmed %v, status %d, %q", name, harmed(b, r), r.code, r.out)
	}
}

// harmed says whether the host's canary is not what it was.
func (b *bundle) harmed() bool {
	text, err := os.ReadFile(b.host("canary"))
	return err != nil || string(text) != unharmed
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
