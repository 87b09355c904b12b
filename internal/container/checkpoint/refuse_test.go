package checkpoint_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"isle/internal/container"
	"isle/internal/container/checkpoint"
)

func TestRefused(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	b.launch("create", b.id)
	b.bad([]string{"created"}, "checkpoint", "--image-path", b.image, b.id)
	b.good("start", b.id)
	other := b.id + "-other"
	for _, c := range []struct {
		words   []string
		options []string
	}{
		{[]string{"--manage-cgroups-mode", "hard", "strict"}, []string{"checkpoint", "--manage-cgroups-mode", "hard", b.id}},
		{[]string{"--empty-ns", "pid"}, []string{"checkpoint", "--empty-ns", "pid", b.id}},
		{[]string{"--parent-path", "absolute"}, []string{"checkpoint", "--parent-path", "/", b.id}},
		{[]string{"--parent-path", "no such file"}, []string{"checkpoint", "--parent-path", "nowhere", b.id}},
		{[]string{"--page-server", "HOST:PORT"}, []string{"checkpoint", "--page-server", "here", b.id}},
		{[]string{"--status-fd", "bad file descriptor"}, []string{"checkpoint", "--status-fd", "77", b.id}},
		{[]string{"flag needs an argument"}, []string{"restore", "--lsm-mount-context"}}, // podman looks for this
		{[]string{"exists already"}, []string{"restore", "--image-path", b.dir, b.id}},
		{[]string{"cgroup"}, []string{"restore", "--image-path", b.dir, other}}, // this one's, which goes on
		{[]string{"does not exist"}, []string{"checkpoint", other}},
	} {
		b.bad(c.words, c.options...)
	}
	b.global = []string{"--criu", filepath.Join(b.dir, "no-criu")}
	b.bad([]string{"find criu", "--criu"}, "checkpoint", "--image-path", b.image, b.id)
	b.global = nil
	b.end()
	b.bad([]string{"no such file"}, "restore", "--image-path", filepath.Join(b.dir, "none"), b.id)
	b.bad([]string{"restore container", "log is"}, "restore", "--image-path", b.dir, b.id)
	b.gone()
	if _, err := os.Stat(filepath.Join(b.dir, "none")); err == nil {
		t.Error("restore made a directory of a checkpoint that there is not")
	}
}

// TestForeign asks a program that is no criu.
func TestForeign(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	b.start().after(1)
	for _, program := range []string{"true", "cat"} {
		path, err := exec.LookPath(program)
		must(t, err)
		b.global = []string{"--criu", path}
		b.bad([]string{"criu"}, "checkpoint", "--image-path", b.image, b.id)
	}
	b.global = nil
	b.good("delete", "--force", b.id)
	b.global = []string{"--criu", "/bin/true"}
	b.bad([]string{"criu"}, "restore", "--image-path", b.image, b.id)
	b.gone()
}

// TestKilled kills restores at any moment. What they leave is removed by one
// delete, and the checkpoint is as good as before.
func TestKilled(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	out := b.start()
	out.after(5)
	b.checkpoint()
	last := counts(t, out.whole(), 1)
	for range 20 {
		cmd := b.command("restore", "--detach", "--image-path", b.image, b.id)
		must(t, cmd.Start())
		time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		await(t, "the end of criu", func() bool { return !runs(b.image) })
		b.good("delete", "--force", b.id)
		b.gone()
	}
	counts(t, b.restore().after(5), last+1)
	b.end()
}

// TestKilledCheckpoint kills checkpoints at any moment. The container goes on.
func TestKilledCheckpoint(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	out := b.start()
	out.after(5)
	for range 20 {
		cmd := b.command("checkpoint", "--leave-running", "--image-path", b.image, b.id)
		must(t, cmd.Start())
		time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		await(t, "the end of criu", func() bool { return !runs(b.image) })
		if s := b.state(); s.Status != "running" {
			t.Fatalf("the container is %s", s.Status)
		}
		out.after(5)
	}
	counts(t, out.all(), 1)
	b.end()
}

// runs says whether a criu works in a directory.
func runs(dir string) bool {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if at, err := os.Readlink(link); err == nil && at == dir {
			return true
		}
	}
	return false
}

// TestDescriptors makes sure that neither verb leaves a descriptor open. Those
// that Go makes for itself are there after the first time.
func TestDescriptors(t *testing.T) {
	needs(t)
	b := newBox(t, "while :; do sleep 1; done", nil)
	b.thereAndBack()
	before := descriptors(t)
	b.thereAndBack()
	if after := descriptors(t); len(after) > len(before) {
		t.Errorf("open after both: %v\nbefore: %v", after, before)
	}
}

// thereAndBack runs a container, and makes a checkpoint and restores it in this
// process.
func (b *box) thereAndBack() {
	t := b.t
	t.Helper()
	read, write, err := os.Pipe()
	must(t, err)
	cmd := b.command("run", "--detach", b.id)
	cmd.Stdout, cmd.Stderr = write, write
	b.succeeds(cmd)
	write.Close()
	read.Close()
	store := container.Store{Dir: b.root}
	how := &checkpoint.Options{Images: b.image, Cgroups: checkpoint.CgroupsSoft, StatusFD: -1}
	must(t, store.Checkpoint(b.id, how, &container.Options{}))
	session, err := store.Restore(b.id, how, &container.Options{Bundle: b.dir})
	must(t, err)
	if fds, err := os.ReadDir("/proc/" + strconv.Itoa(session.PID()) + "/fd"); err != nil || len(fds) != 3 {
		t.Errorf("the restored process has descriptors %v (%v)", fds, err)
	}
	must(t, store.Kill(b.id, 9, false))
	_, err = session.Wait()
	must(t, err)
	must(t, session.Finish())
	b.gone()
}

// descriptors are those of this process, by what they lead to.
func descriptors(t *testing.T) []string {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	var list []string
	for _, fd := range fds {
		if link, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil { // not that of ReadDir
			list = append(list, link)
		}
	}
	return list
}
