package attacks

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestInterpreterIsRuntime: the image's program is a script whose interpreter is
// the file that the process is executed from; so the runtime is executed once
// more, by the container (CVE-2019-5736).
func TestInterpreterIsRuntime(t *testing.T) {
	attack := func(line string) *bundle {
		return newBundle(t, func(b *bundle) {
			must(t, os.WriteFile(b.rootfs("bin/entry"), []byte("#!/proc/self/exe "+line+"\n"), 0o755))
			b.spec.Process.Args = []string{"/bin/entry"}
		})
	}
	b := attack("run")
	if r := b.naive(); !strings.Contains(r.out, "executed by the container") {
		t.Error("the naive runtime was not executed by the container: ", r)
	}
	for _, verbs := range [][]string{{"run"}, {"create", "start"}} {
		b := attack("lsns")
		var said string
		for _, verb := range verbs {
			said += b.isle(verb, b.id).out
		}
		time.Sleep(50 * time.Millisecond)
		if strings.Contains(said, "lsns") || strings.Contains(said, "unknown") {
			t.Errorf("%v: isle was executed by the container: %s", verbs, said)
		}
	}
}

// TestWaitingProcessIsSealed: a process that waits to be started is executed
// from a file that nobody can change, and its memory is not isle's.
func TestWaitingProcessIsSealed(t *testing.T) {
	b := newBundle(t, func(b *bundle) { b.spec.Process.Args = []string{"/bin/true"} })
	pidFile := b.host("pid")
	if r := b.isle("create", "--pid-file", pidFile, b.id); r.code != 0 {
		t.Fatal(r)
	}
	pid, err := os.ReadFile(pidFile)
	must(t, err)
	exe := "/proc/" + string(pid) + "/exe"
	if link, err := os.Readlink(exe); err != nil || strings.Contains(link, isle) {
		t.Error("executed from ", link, err)
	}
	if f, err := os.OpenFile(exe, os.O_RDWR, 0); err == nil {
		f.Close()
		t.Error("the file can be opened for writing while it is executed")
	}
	f, err := os.Open(exe)
	must(t, err)
	defer f.Close()
	const all = unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	if seals, err := unix.FcntlInt(f.Fd(), unix.F_GET_SEALS, 0); err != nil || seals&all != all {
		t.Errorf("seals %#x, want %#x: %v", seals, all, err)
	}
	maps, err := os.ReadFile("/proc/" + string(pid) + "/maps")
	must(t, err)
	if strings.Contains(string(maps), isle) {
		t.Error("isle's file is mapped")
	}
}
