package oci_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// applets are what containers have of busybox.
var applets = strings.Fields("sh true false cat echo sleep ls id stat mount umount grep tr sed head tail wc tty stty hostname touch mkdir rm mknod chmod readlink env pwd kill ps test sort cut dd printf unshare mv ln find seq")

// bundle is a bundle, the state directory of its containers, and what makes
// their names differ from others'.
type bundle struct {
	t      *testing.T
	dir    string // of the bundle
	root   string // for --root
	id     string // of the container that the shorthands are about
	group  string // cgroupsPath
	spec   *specs.Spec
	global []string // further options before the verb
}

// newBundle makes a bundle of busybox and probe that runs as root with all
// namespaces of the example, changed by change.
func newBundle(t *testing.T, change func(s *specs.Spec)) *bundle {
	t.Helper()
	needsRoot(t)
	return bundleOf(t, change)
}

// needsRoot skips a test that has containers as the host's root has them.
func needsRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs to be root on the host: this is user ", os.Geteuid())
	}
}

func bundleOf(t *testing.T, change func(s *specs.Spec)) *bundle {
	t.Helper()
	dir, err := os.MkdirTemp(ownDir, "")
	must(t, err)
	must(t, os.Chmod(dir, 0o755))
	b := &bundle{t: t, dir: filepath.Join(dir, "bundle"), root: filepath.Join(dir, "state"), id: "box-" + filepath.Base(dir), spec: &specs.Spec{}}
	b.group = "/isle-test-oci-" + filepath.Base(dir)
	makeRootfs(t, b.rootfs())
	must(t, json.Unmarshal([]byte(example), b.spec))
	b.spec.Process.Terminal = false
	b.spec.Root.Readonly = false
	b.spec.Linux.CgroupsPath = b.group
	b.args("true")
	if change != nil {
		change(b.spec)
	}
	b.write()
	t.Cleanup(func() { b.cleanUp(); os.RemoveAll(dir) })
	return b
}

func makeRootfs(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{"bin", "etc", "tmp", "proc", "sys", "dev", "mnt"} {
		must(t, os.MkdirAll(filepath.Join(dir, d), 0o755))
	}
	for _, program := range []string{"busybox", "probe"} {
		must(t, os.Link(filepath.Join(ownDir, program), filepath.Join(dir, "bin", program)))
	}
	for _, name := range applets {
		must(t, os.Symlink("busybox", filepath.Join(dir, "bin", name)))
	}
}

func (b *bundle) rootfs() string { return filepath.Join(b.dir, "rootfs") }

// args sets the program that the container runs.
func (b *bundle) args(words ...string) { b.spec.Process.Args = words }

// script has the container run lines of shell.
func script(s *specs.Spec, lines string) { s.Process.Args = []string{"sh", "-c", lines} }

func (b *bundle) write() {
	b.t.Helper()
	text, err := json.Marshal(b.spec)
	must(b.t, err)
	must(b.t, os.WriteFile(filepath.Join(b.dir, "config.json"), text, 0o644))
}

// change changes the configuration once more.
func (b *bundle) change(f func(s *specs.Spec)) {
	b.t.Helper()
	f(b.spec)
	b.write()
}

// result is what a command said.
type result struct {
	out, err string
	code     int // 128 and the signal's number if it was killed
}

func (r result) String() string {
	return fmt.Sprintf("status %d\nstdout: %s\nstderr: %s", r.code, r.out, r.err)
}

const longest = 20 * time.Second

// command is isle oci with this bundle's --root.
func (b *bundle) command(args ...string) *exec.Cmd {
	words := append([]string{"oci", "--root", b.root}, b.global...)
	cmd := exec.Command(isle, append(words, args...)...)
	cmd.Dir = b.dir
	return cmd
}

// oci runs a verb and waits for its end.
func (b *bundle) oci(args ...string) result {
	b.t.Helper()
	return finish(b.t, b.command(args...))
}

// finish runs a command. Its outputs are files: containers that it leaves
// behind hold them, and nobody is to wait for those.
func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	out, errs := outputFile(t), outputFile(t)
	defer out.Close()
	defer errs.Close()
	if cmd.Stdout == nil {
		cmd.Stdout = out
	}
	if cmd.Stderr == nil {
		cmd.Stderr = errs
	}
	must(t, cmd.Start())
	late := time.AfterFunc(longest, func() { cmd.Process.Kill() })
	err := cmd.Wait()
	if !late.Stop() {
		t.Errorf("%v has not ended after %v", cmd.Args[1:], longest)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{content(t, out), content(t, errs), exitCode(cmd.ProcessState.Sys().(syscall.WaitStatus))}
}

// exitCode is 128 and the signal's number for a process that was killed.
func exitCode(status syscall.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

func outputFile(t *testing.T) *os.File {
	t.Helper()
	f, err := os.CreateTemp(ownDir, "out-")
	must(t, err)
	must(t, os.Remove(f.Name()))
	return f
}

func content(t *testing.T, f *os.File) string {
	t.Helper()
	var text bytes.Buffer
	_, err := f.Seek(0, 0)
	must(t, err)
	_, err = text.ReadFrom(f)
	must(t, err)
	return text.String()
}

// good runs a verb that is to succeed, and gives what it printed.
func (b *bundle) good(args ...string) string {
	b.t.Helper()
	r := b.oci(args...)
	if r.code != 0 {
		b.t.Fatalf("%v: %v", args, r)
	}
	return r.out
}

// bad runs a verb that is to fail, with all of the words in what it says.
func (b *bundle) bad(words []string, args ...string) result {
	b.t.Helper()
	r := b.oci(args...)
	if r.code == 0 {
		b.t.Fatalf("%v succeeded: %v", args, r)
	}
	for _, w := range words {
		if !strings.Contains(r.err, w) {
			b.t.Errorf("%v does not say %q: %s", args, w, r.err)
		}
	}
	return r
}

// run runs the container to its end, which is to be a good one.
func (b *bundle) run() string {
	b.t.Helper()
	return b.good("run", b.id)
}

// says runs lines of shell in a container of a bundle made for it.
func says(t *testing.T, lines string, change func(s *specs.Spec)) string {
	t.Helper()
	b := newBundle(t, func(s *specs.Spec) {
		script(s, lines)
		if change != nil {
			change(s)
		}
	})
	return strings.TrimRight(b.run(), "\n")
}

// state is the container as the verb state has it.
type state struct {
	specs.State
	Rootfs, Owner string
	Created       time.Time
}

func (b *bundle) state() state {
	b.t.Helper()
	var s state
	must(b.t, json.Unmarshal([]byte(b.good("state", b.id)), &s))
	return s
}

// await waits until something is so.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(longest); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited for %v: %s", longest, what)
		}
	}
}

func (b *bundle) awaitStatus(status specs.ContainerState) {
	b.t.Helper()
	await(b.t, "status "+string(status), func() bool { return b.state().Status == status })
}

// cleanUp removes all containers, and looks whether anything is left of them.
func (b *bundle) cleanUp() {
	b.t.Helper()
	entries, err := os.ReadDir(b.root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		b.t.Error(err)
	}
	for _, e := range entries {
		if r := b.oci("delete", "--force", e.Name()); r.code != 0 {
			b.t.Errorf("delete --force %s: %v", e.Name(), r)
		}
	}
	for _, left := range b.left() {
		b.t.Error("left behind: ", left)
	}
	for _, pid := range b.processes() { // for the tests that follow
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// left is what there still is of the bundle's containers.
func (b *bundle) left() []string {
	var list []string
	if entries, _ := os.ReadDir(b.root); len(entries) > 0 {
		for _, e := range entries {
			list = append(list, "state "+e.Name())
		}
	}
	for _, depth := range []string{"", "/*", "/*/*", "/*/*/*"} {
		dirs, _ := filepath.Glob("/sys/fs/cgroup" + depth + b.group + "*")
		for _, dir := range dirs {
			list = append(list, "cgroup "+dir)
		}
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	must(b.t, err)
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, filepath.Dir(b.dir)+"/") {
			list = append(list, "mount "+line)
		}
	}
	for _, pid := range b.processes() {
		command, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		list = append(list, fmt.Sprintf("process %d %q", pid, command))
	}
	return list
}

// processes are those in a cgroup or a root of this bundle's. One that has
// ended has neither any more.
func (b *bundle) processes() []int {
	entries, err := os.ReadDir("/proc")
	must(b.t, err)
	var list []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		root, _ := os.Readlink(fmt.Sprintf("/proc/%d/root", pid))
		groups, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
		words, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if root == b.rootfs() || strings.Contains(string(groups), b.group) && len(words) > 0 {
			list = append(list, pid)
		}
	}
	return list
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// same compares what is with what is to be.
func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// has looks for words in a text.
func has(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in:\n%s", w, text)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// namespace puts a namespace into a configuration, in place of one of its type.
func namespace(s *specs.Spec, kind specs.LinuxNamespaceType, path string) {
	without(s, kind)
	s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: kind, Path: path})
}

func without(s *specs.Spec, kinds ...specs.LinuxNamespaceType) {
	var list []specs.LinuxNamespace
	for _, n := range s.Linux.Namespaces {
		keep := true
		for _, k := range kinds {
			keep = keep && n.Type != k
		}
		if keep {
			list = append(list, n)
		}
	}
	s.Linux.Namespaces = list
}

// capabilities puts the same ones into some of the sets.
func capabilities(s *specs.Spec, names ...string) {
	s.Process.Capabilities = &specs.LinuxCapabilities{Bounding: names, Effective: names, Permitted: names}
}

func writeFile(path, text string) error { return os.WriteFile(path, []byte(text), 0o644) }

func itoa(n int) string { return strconv.Itoa(n) }

// hasCapability says whether this process has a capability.
func hasCapability(t *testing.T, number int) bool {
	t.Helper()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	must(t, unix.Capget(&header, &data[0]))
	return data[number/32].Effective&(1<<(number%32)) != 0
}

func needsCapability(t *testing.T, number int, name string) {
	t.Helper()
	if !hasCapability(t, number) {
		t.Skip("this process has no ", name)
	}
}
