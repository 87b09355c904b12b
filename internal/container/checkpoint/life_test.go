package checkpoint_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// TestCounter checkpoints a process, which ends it, and makes it again: it goes
// on where it was, and is a container like any other.
func TestCounter(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	before := b.start()
	before.after(20)
	pid := b.state().Pid
	b.checkpoint()
	last := counts(t, before.whole(), 1)
	if alive(pid) {
		t.Errorf("process %d is there after its checkpoint", pid)
	}
	b.gone()
	pidFile := filepath.Join(b.root, "..", "pid")
	after := b.restore("--pid-file", pidFile, "--bundle", b.dir)
	counts(t, after.after(20), last+1)
	s := b.state()
	if s.Status != specs.StateRunning || s.ID != b.id {
		t.Errorf("state is %+v", s)
	}
	if text, err := os.ReadFile(pidFile); err != nil || string(text) != strconv.Itoa(s.Pid) {
		t.Errorf("pid file has %q (%v), want %d", text, err, s.Pid)
	}
	if out := b.exec("readlink", "/proc/1/exe"); out != "/bin/busybox" {
		t.Errorf("exec in the restored container: %q", out)
	}
	b.end()
}

// TestTwice checkpoints a container that was restored.
func TestTwice(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	out := b.start()
	last := 0
	for range 3 {
		out.after(10)
		b.checkpoint()
		last = counts(t, out.whole(), last+1)
		out = b.restore()
	}
	counts(t, out.after(10), last+1)
	b.end()
}

// TestWorkPath has criu's log and temporary mounts elsewhere, by way of a link as
// containerd has one, and writes the option before it as containerd does.
func TestWorkPath(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	work := filepath.Join(b.root, "..", "work")
	must(t, os.Mkdir(work, 0o700))
	link := filepath.Join(b.dir, "work")
	must(t, os.Symlink(work, link))
	out := b.start()
	out.after(1)
	b.checkpoint("--work-path", link)
	last := counts(t, out.whole(), 1)
	counts(t, b.restore("-no-subreaper", "--work-path", link).after(1), last+1)
	for _, name := range []string{"dump.log", "restore.log"} {
		if _, err := os.Stat(filepath.Join(work, name)); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(b.image, name)); err == nil {
			t.Errorf("%s is with the files", name)
		}
	}
	b.end()
}

// TestLeaveRunning has the container go on, and makes a second one of it.
func TestLeaveRunning(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	first := b.start()
	first.after(20)
	pid := b.state().Pid
	b.checkpoint("--leave-running")
	counts(t, first.after(20), 1)
	if s := b.state(); s.Pid != pid || s.Status != specs.StateRunning {
		t.Errorf("state after --leave-running: %+v", s)
	}
	name := b.id
	b.id += "-second"
	b.spec.Linux.CgroupsPath += "-second"
	b.write()
	second := b.restore()
	lines := second.after(20)
	from, err := strconv.Atoi(lines[0])
	if err != nil || from < 20 {
		t.Errorf("the second container begins at %q", lines[0])
	}
	counts(t, lines, from)
	b.good("delete", "--force", b.id)
	b.id = name
	counts(t, first.after(5), 1)
	b.good("delete", "--force", name)
	b.gone()
}

// TestPaused checkpoints a container that is paused.
func TestPaused(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	out := b.start()
	out.after(5)
	b.good("pause", b.id)
	b.checkpoint("--leave-running")
	if s := b.state(); s.Status != "paused" {
		t.Errorf("status is %s after a checkpoint, want paused", s.Status)
	}
	b.checkpoint()
	last := counts(t, out.whole(), 1)
	counts(t, b.restore().after(5), last+1)
	b.end()
}

// TestWait waits for the end of a restored process, whose status it takes.
func TestWait(t *testing.T) {
	needs(t)
	b := newBox(t, "until test -e /tmp/go; do usleep 10000; done; exit 7", nil)
	b.start()
	b.checkpoint()
	must(t, os.WriteFile(filepath.Join(b.dir, "rootfs/tmp/go"), nil, 0o644))
	if status, errs := b.run(b.command("restore", "--image-path", b.image, b.id)); status != 7 {
		t.Errorf("restore ended with status %d, want 7: %s", status, errs)
	}
	b.gone()
}

// TestHooks runs the hooks that come when the namespaces are there, and those
// at the end.
func TestHooks(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	log := filepath.Join(b.dir, "log")
	hook := func(name string) []specs.Hook {
		return []specs.Hook{{Path: "/bin/sh", Args: []string{"sh", "-c", "echo " + name + " $(cat) >>" + log}}}
	}
	b.spec.Hooks = &specs.Hooks{CreateRuntime: hook("createRuntime"), Poststop: hook("poststop")}
	b.write()
	b.start().after(1)
	b.checkpoint()
	must(t, os.Truncate(log, 0))
	b.restore().after(1)
	pid := strconv.Itoa(b.state().Pid)
	b.end()
	text, err := os.ReadFile(log)
	must(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "createRuntime ") || !strings.Contains(lines[0], `"pid":`+pid) || !strings.HasPrefix(lines[1], "poststop ") {
		t.Errorf("hooks said:\n%s\nand the pid is %s", text, pid)
	}
}
