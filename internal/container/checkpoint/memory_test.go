package checkpoint_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// holder has 16 MiB in a shell's memory, and uses them when a file is there. It
// executes usleep, which it would otherwise be in a copy of itself.
const holder = "big=$(dd if=/dev/zero bs=1M count=16 2>/dev/null | tr '\\0' x); i=0; " +
	"while :; do i=$((i+1)); test -e /tmp/ask && echo has ${#big}; echo $i; /bin/usleep 10000; done"

// TestPreDumps writes memory twice while the container goes on, and then the
// little that has changed.
func TestPreDumps(t *testing.T) {
	needs(t, "mem_dirty_track")
	b := newBox(t, holder, nil)
	out := b.start()
	out.after(5)
	images := b.image
	sizes := map[string]int64{}
	for i, step := range [][]string{{"--pre-dump"}, {"--pre-dump", "--parent-path", "../0"}, {"--parent-path", "../1"}} {
		name := strconv.Itoa(i)
		b.image = filepath.Join(images, name)
		b.checkpoint(step...)
		sizes[name] = pages(t, b.image)
		if i < 2 {
			out.after(5)
		}
	}
	if sizes["0"] < 16<<20 || sizes["2"] > sizes["0"]/4 {
		t.Errorf("memory that was written: %v bytes; the first is to have all of it, the last little", sizes)
	}
	last := counts(t, out.whole(), 1)
	out = b.restore()
	counts(t, out.after(5), last+1)
	must(t, os.WriteFile(filepath.Join(b.dir, "rootfs/tmp/ask"), nil, 0o644))
	await(t, "16 MiB", func() bool { return slices.Contains(out.all(), "has 16777216") })
	b.end()
}

// pages is how much memory a directory of images holds.
func pages(t *testing.T, dir string) (sum int64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "pages-*.img"))
	must(t, err)
	for _, name := range files {
		info, err := os.Stat(name)
		must(t, err)
		sum += info.Size()
	}
	return sum
}

// TestLazyPages hands memory over when it is used: from the checkpoint, which
// waits for that, by criu's daemon to the restored processes.
func TestLazyPages(t *testing.T) {
	needs(t, "uffd-noncoop")
	b := newBox(t, counter, nil)
	before := b.start()
	before.after(5)
	dump := b.command("checkpoint", "--image-path", b.image, "--lazy-pages", "--page-server", "127.0.0.1:27181", "--status-fd", "3", b.id)
	read, write, err := os.Pipe()
	must(t, err)
	defer read.Close()
	dump.ExtraFiles = []*os.File{write}
	must(t, dump.Start())
	write.Close()
	ready := make([]byte, 2)
	if n, err := read.Read(ready); n != 1 || ready[0] != 0 {
		t.Fatalf("the status descriptor has %q (%v); %s", ready[:n], err, b.logged())
	}
	last := counts(t, before.all(), 1)
	pager := exec.Command("criu", "lazy-pages", "--page-server", "--address", "127.0.0.1", "--port", "27181", "-D", b.image, "-W", b.image, "-o", "lazy.log")
	must(t, pager.Start())
	socket := filepath.Join(b.image, "lazy-pages.socket")
	await(t, "criu's daemon", func() bool { _, err := os.Stat(socket); return err == nil })
	b.restoreLazily(dump, pager, last+1)
}

// restoreLazily restores while the checkpoint and criu's daemon hand memory over.
func (b *box) restoreLazily(dump, pager *exec.Cmd, first int) {
	t := b.t
	t.Helper()
	b.id += "-lazy"
	b.spec.Linux.CgroupsPath += "-lazy"
	b.write()
	read, write, err := os.Pipe()
	must(t, err)
	restore := b.command("restore", "--detach", "--image-path", b.image, "--lazy-pages", b.id)
	file := b.said()
	defer file.Close()
	restore.Stdout, restore.Stderr = write, file
	must(t, restore.Start())
	write.Close()
	out := keep(t, read)
	late := time.AfterFunc(longest, func() {
		for _, cmd := range []*exec.Cmd{dump, restore, pager} {
			cmd.Process.Kill()
		}
	})
	defer late.Stop()
	if dump.Wait() != nil {
		for _, cmd := range []*exec.Cmd{restore, pager} {
			cmd.Process.Kill()
			cmd.Wait()
		}
		if text := b.logged(); strings.Contains(text, "page-pipe: splice") {
			t.Skip("criu cannot hand memory over on this host: ", text)
		}
		t.Fatalf("the checkpoint failed: %s", b.logged())
	}
	must(t, restore.Wait())
	must(t, pager.Wait())
	counts(t, out.after(10), first)
	b.end()
}
