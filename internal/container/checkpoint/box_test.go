package checkpoint_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/oci/bundle"
	"isle/ns"
	"isle/test/programs"
)

// box is a bundle, the state directory of its containers and a directory for
// checkpoints.
type box struct {
	t                *testing.T
	dir, root, image string
	spec             *specs.Spec
	id               string
	global           []string // further options before the verb
}

var applets = strings.Fields("sh cat echo sleep usleep nc ls mkfifo stat test tty dd sync true mount touch readlink tr ifconfig mkdir")

// newBox makes a bundle of busybox that runs lines of shell as root, with all
// namespaces of the example, changed by change.
func newBox(t *testing.T, lines string, change func(s *specs.Spec)) *box {
	t.Helper()
	dir, err := os.MkdirTemp(ownDir, "")
	must(t, err)
	must(t, os.Chmod(dir, 0o755))
	b := &box{t: t, dir: filepath.Join(dir, "bundle"), root: filepath.Join(dir, "state"), image: filepath.Join(dir, "image"), id: "box-" + filepath.Base(dir)}
	b.makeRootfs()
	b.spec = bundle.Example(false)
	b.spec.Process.Terminal, b.spec.Root.Readonly = false, false
	b.spec.Process.Args = []string{"sh", "-c", lines}
	b.spec.Linux.CgroupsPath = "/isle-test-" + b.id
	if change != nil {
		change(b.spec)
	}
	b.write()
	t.Cleanup(func() { b.cleanUp(); os.RemoveAll(dir) })
	return b
}

func (b *box) makeRootfs() {
	b.t.Helper()
	for _, d := range []string{"bin", "tmp", "proc", "sys", "dev"} {
		must(b.t, os.MkdirAll(filepath.Join(b.dir, "rootfs", d), 0o755))
	}
	busybox, err := exec.LookPath("busybox")
	must(b.t, err)
	must(b.t, programs.Copy(busybox, filepath.Join(b.dir, "rootfs/bin/busybox")))
	for _, name := range applets {
		must(b.t, os.Symlink("busybox", filepath.Join(b.dir, "rootfs/bin", name)))
	}
}

func (b *box) write() {
	b.t.Helper()
	text, err := json.Marshal(b.spec)
	must(b.t, err)
	must(b.t, os.WriteFile(filepath.Join(b.dir, "config.json"), text, 0o644))
}

const longest = 60 * time.Second

func (b *box) command(args ...string) *exec.Cmd {
	words := append([]string{"oci", "--root", b.root}, b.global...)
	cmd := exec.Command(isle, append(words, args...)...)
	cmd.Dir = b.dir
	return cmd
}

// said is a file for what a verb says on its standard error, which containers
// that it leaves behind hold: nobody is to wait for those.
func (b *box) said() *os.File {
	b.t.Helper()
	file, err := os.CreateTemp(ownDir, "stderr-")
	must(b.t, err)
	must(b.t, file.Chmod(0o666)) // a restored process opens it again, as its own user
	must(b.t, os.Remove(file.Name()))
	return file
}

// run runs a verb to its end.
func (b *box) run(cmd *exec.Cmd) (status int, errs string) {
	b.t.Helper()
	file := b.said()
	defer file.Close()
	if cmd.Stderr == nil {
		cmd.Stderr = file
	}
	must(b.t, cmd.Start())
	late := time.AfterFunc(longest, func() { cmd.Process.Kill() })
	cmd.Wait()
	if !late.Stop() {
		b.t.Errorf("%v has not ended after %v", cmd.Args[1:], longest)
	}
	text, err := os.ReadFile("/proc/self/fd/" + strconv.Itoa(int(file.Fd())))
	must(b.t, err)
	return cmd.ProcessState.ExitCode(), string(text)
}

// good runs a verb that is to succeed.
func (b *box) good(args ...string) {
	b.t.Helper()
	b.succeeds(b.command(args...))
}

func (b *box) succeeds(cmd *exec.Cmd) {
	b.t.Helper()
	if status, errs := b.run(cmd); status != 0 {
		b.t.Fatalf("%v: status %d: %s\n%s", cmd.Args[1:], status, errs, b.logged())
	}
}

// bad runs a verb that is to fail, with each of the words in what it says.
func (b *box) bad(words []string, args ...string) {
	b.t.Helper()
	status, errs := b.run(b.command(args...))
	if status == 0 {
		b.t.Fatalf("%v succeeded", args)
	}
	for _, w := range words {
		if !strings.Contains(errs, w) {
			b.t.Errorf("%v does not say %q: %s", args, w, errs)
		}
	}
}

// logged are the errors in criu's logs, for the message of a test that fails.
func (b *box) logged() string {
	var list strings.Builder
	for _, name := range []string{"dump.log", "restore.log"} {
		text, _ := os.ReadFile(filepath.Join(b.image, name))
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "Error") || strings.Contains(line, "Warn") {
				list.WriteString(line)
			}
		}
	}
	return list.String()
}

// start starts the container; what it says is kept.
func (b *box) start() *output {
	b.t.Helper()
	return b.launch("run", "--detach", b.id)
}

// checkpoint writes the container into the directory for checkpoints.
func (b *box) checkpoint(options ...string) {
	b.t.Helper()
	b.good(append(append([]string{"checkpoint", "--image-path", b.image}, options...), b.id)...)
}

// restore makes it again from there.
func (b *box) restore(options ...string) *output {
	b.t.Helper()
	return b.launch(append(append([]string{"restore", "--detach", "--image-path", b.image}, options...), b.id)...)
}

// launch runs a verb that leaves a process behind, with a pipe for its output.
func (b *box) launch(args ...string) *output {
	b.t.Helper()
	read, write, err := os.Pipe()
	must(b.t, err)
	cmd := b.command(args...)
	cmd.Stdout = write
	b.succeeds(cmd)
	write.Close()
	return keep(b.t, read)
}

// state is the container as the verb state has it.
func (b *box) state() (s specs.State) {
	b.t.Helper()
	out, err := b.command("state", b.id).Output()
	must(b.t, err)
	must(b.t, json.Unmarshal(out, &s))
	return s
}

func (b *box) exec(words ...string) string {
	b.t.Helper()
	var out bytes.Buffer
	cmd := b.command(append([]string{"exec", b.id}, words...)...)
	cmd.Stdout = &out
	b.succeeds(cmd)
	return strings.TrimSpace(out.String())
}

// end kills the container and removes it, as engines do.
func (b *box) end() {
	b.t.Helper()
	b.good("kill", b.id, "KILL")
	await(b.t, "the end of the container", func() bool { return b.state().Status == specs.StateStopped })
	b.good("delete", b.id)
	b.gone()
}

// gone makes sure that nothing is left of the containers.
func (b *box) gone() {
	b.t.Helper()
	if entries, _ := os.ReadDir(b.root); len(entries) > 0 {
		b.t.Errorf("a container is left: %v", entries)
	}
	for _, depth := range []string{"", "/*", "/*/*"} {
		if dirs, _ := filepath.Glob("/sys/fs/cgroup" + depth + b.spec.Linux.CgroupsPath); len(dirs) > 0 {
			b.t.Errorf("cgroups are left: %v", dirs)
		}
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	must(b.t, err)
	if strings.Contains(string(mounts), b.dir) || strings.Contains(string(mounts), b.root) {
		b.t.Errorf("mounts are left:\n%s", mounts)
	}
}

func (b *box) cleanUp() {
	entries, _ := os.ReadDir(b.root)
	for _, e := range entries {
		if status, errs := b.run(b.command("delete", "--force", e.Name())); status != 0 {
			b.t.Errorf("delete --force: %s", errs)
		}
	}
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(longest); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited for %v: %s", longest, what)
		}
	}
}

// alive says whether there is a process that has not ended.
func alive(pid int) bool {
	p, err := ns.ReadProcess(pid)
	return err == nil && !p.Zombie
}
