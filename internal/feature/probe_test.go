package feature

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestAnswers asks everything as the user of this test and as an ordinary one. A
// kernel that should have a feature may lack it only for a reason found, and it
// must always be possible to tell.
func TestAnswers(t *testing.T) {
	kernel, err := Kernel()
	if err != nil {
		t.Fatal(err)
	}
	path := program(t)
	for who, cmd := range map[string]*exec.Cmd{"this user": exec.Command(path), "an ordinary user": asUser(t, path)} {
		answers := listen(t, cmd)
		for _, p := range All() {
			f, ok := answers[p.Name]
			switch {
			case !ok:
				t.Errorf("%s: no answer about %s", who, p.Name)
			case f.Err != "":
				t.Errorf("%s, %s: %v", who, p.Name, f)
			case f.No && f.Reason == "" && !kernel.Less(p.Since):
				t.Errorf("%s, %s: no, though Linux %s brought it, and no reason", who, p.Name, p.Since)
			}
		}
	}
}

// TestAgainstUnshare compares the probes of namespaces with what unshare(1) can do.
func TestAgainstUnshare(t *testing.T) {
	options := map[*Probe]string{
		CgroupNamespaces: "--cgroup", IPCNamespaces: "--ipc", UTSNamespaces: "--uts",
		NetNamespaces: "--net", MountNamespaces: "--mount", TimeNamespaces: "--time", PIDNamespaces: "--pid",
	}
	for p, option := range options {
		args := []string{option, "--fork", "true"}
		if userFlag() != 0 {
			args = append([]string{"--user"}, args...)
		}
		out, err := exec.Command("unshare", args...).CombinedOutput()
		if (err == nil) != (p.Err() == nil) {
			t.Errorf("%s: %v, but unshare %v: %v %s", p.Name, p.Err(), args, err, out)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen, areas := map[string]bool{}, map[Area]bool{}
	var area Area
	for _, p := range All() {
		if seen[p.Name] || p.For == "" || p.question == nil {
			t.Errorf("%q is there twice, or for nothing", p.Name)
		}
		if p.Area != area && areas[p.Area] {
			t.Errorf("%q tears the area %q apart", p.Name, p.Area)
		}
		seen[p.Name], areas[p.Area], area = true, true, p.Area
	}
}

// TestCache asks a question that counts.
func TestCache(t *testing.T) {
	asked := 0
	var give error
	p := &Probe{Name: "thing", Since: Version{99, 1}, question: try(func() (string, error) { asked++; return "d", give })}
	give = unix.EPERM
	for range 2 {
		if err := p.Err(); !errors.Is(err, unix.EPERM) || errors.Is(err, ErrNotSupported) {
			t.Fatal(err)
		}
	}
	give = no("a reason", "a fix")
	for range 2 {
		var missing *NotSupportedError
		if err := p.Err(); !errors.Is(err, ErrNotSupported) || !errors.As(err, &missing) || missing.Name != "thing" || missing.Fix[0] != "a fix" {
			t.Fatal(err)
		}
	}
	if asked != 3 {
		t.Errorf("asked %d times, want twice for could not tell and once for no", asked)
	}
	p = &Probe{Name: "thing", Since: Version{99, 1}, question: try(func() (string, error) { return "", ErrNotSupported })}
	if got := p.Err().Error(); got != "thing: not supported: Linux 99.1 brings it" {
		t.Error(got)
	}
}

// TestLeavesNothing asks everything twice, the second time with what a process
// has counted before and after.
func TestLeavesNothing(t *testing.T) {
	ask := func() {
		for _, p := range All() {
			p.question.ask()
		}
	}
	ask()
	before, mounts := descriptors(t), read(t, "/proc/self/mountinfo")
	ask()
	if after := descriptors(t); after != before {
		t.Errorf("descriptors before:\n%s\nafter:\n%s", before, after)
	}
	if after := read(t, "/proc/self/mountinfo"); after != mounts {
		t.Errorf("mounts before:\n%s\nafter:\n%s", mounts, after)
	}
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	for _, task := range tasks {
		if children, err := os.ReadFile(task); err == nil && len(children) > 0 {
			t.Errorf("children %s are left", children)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func descriptors(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil {
			all = append(all, e.Name()+" "+target)
		}
	}
	return strings.Join(all, "\n")
}

// TestBusy makes children while other threads allocate, collect garbage and
// are preempted by signals.
func TestBusy(t *testing.T) {
	stop := make(chan struct{})
	var busy, forks sync.WaitGroup
	for range 4 {
		busy.Go(func() {
			for keep := [][]byte{}; ; keep = append(keep[len(keep)/2:], make([]byte, 1<<16)) {
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for range 4 {
		forks.Go(func() {
			for range 50 {
				s := new(script)
				s.call("getpid", unix.SYS_GETPID)
				s.call("close", unix.SYS_CLOSE, -1)
				if err := s.run(0); !errors.Is(err, unix.EBADF) || err.Error() != "close: bad file descriptor" {
					t.Errorf("run: %v", err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { forks.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Error("a child hangs")
	}
	close(stop)
	busy.Wait()
}
