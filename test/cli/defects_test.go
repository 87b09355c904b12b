package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestKillChild: the child ends with its parent, whatever changed its
// credentials, which makes the kernel forget the signal that was to be sent.
func TestKillChild(t *testing.T) {
	for _, options := range []string{"", "-S 1000", "-G 1000", "-S 1000 -G 1000"} {
		if options != "" {
			needRoot(t)
		}
		words := append([]string{unshare, "--fork", "--kill-child"}, strings.Fields(options)...)
		cmd, pid := started(t, append(words, "sh", "-c", "echo $$; exec sleep 60")...)
		cmd.Process.Kill()
		eventually(t, options+": the child ends", func() bool { s := state(pid); return s == "" || s == "Z" })
	}
}

// TestKillChildWaits: the signal does not come while the parent lives.
func TestKillChildWaits(t *testing.T) {
	if r := run(t, "", unshare, "--fork", "--kill-child", "sh", "-c", "sleep 0.2; exit 7"); r.status.ExitStatus() != 7 {
		t.Errorf("got %+v", r)
	}
}

const traps = "trap 'exit 51' TERM; trap 'exit 52' HUP; echo up; while :; do sleep 0.05; done"

// TestSignals: what the parent is sent reaches the child, and the parent ends
// as the child does.
func TestSignals(t *testing.T) {
	commands := [][]string{{unshare, "--fork"}}
	if os.Geteuid() == 0 {
		commands = append(commands, []string{nsenter, "--target", strconv.Itoa(os.Getpid()), "--pid"})
	}
	for _, words := range commands {
		for sig, want := range map[syscall.Signal]int{syscall.SIGTERM: 51, syscall.SIGHUP: 52} {
			cmd, _ := started(t, append(words[:len(words):len(words)], "sh", "-c", traps)...)
			eventually(t, "isle waits", func() bool { return waits(cmd.Process.Pid) })
			cmd.Process.Signal(sig)
			cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != want {
				t.Errorf("%v: %v: status %d, want %d", words[1:], sig, got, want)
			}
		}
	}
}

// waits says that isle has become the process that only waits.
func waits(pid int) bool {
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil && strings.Contains(exe, "memfd:isle")
}

func TestEndsByTheChildsSignal(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGSEGV, syscall.SIGUSR1} {
		r := run(t, "", unshare, "--fork", "sh", "-c", fmt.Sprintf("ulimit -c 0; kill -%d $$", sig))
		if !r.status.Signaled() || r.status.Signal() != sig {
			t.Errorf("%v: %+v", sig, r)
		}
	}
}

// TestStops: isle stops with the child and continues it.
func TestStops(t *testing.T) {
	cmd, child := started(t, unshare, "--fork", "sh", "-c", "echo $$; exec sleep 60")
	parent := strconv.Itoa(cmd.Process.Pid)
	eventually(t, "isle waits", func() bool { return waits(cmd.Process.Pid) })
	pid, _ := strconv.Atoi(child)
	endWith(t, pid)
	syscall.Kill(pid, syscall.SIGSTOP)
	eventually(t, "the parent stops", func() bool { return state(parent) == "T" })
	cmd.Process.Signal(syscall.SIGCONT)
	eventually(t, "the child goes on", func() bool { return state(child) == "S" })
}

func TestSetgroupsDenyWithRoot(t *testing.T) {
	needUserNamespaces(t)
	r := run(t, "", unshare, "-r", "--setgroups=deny", "cat", "/proc/self/setgroups")
	if r.out != "deny\n" || r.status != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestLargeIDs(t *testing.T) {
	for _, words := range [][]string{{unshare, "-S", "4294967297"}, {unshare, "-G", "4294967297"}, {nsenter, "-t", "1", "-u", "-S", "4294967297"}} {
		r := run(t, "", append(words, "id", "-u")...)
		if r.out != "" || r.status.ExitStatus() != 1 || !strings.Contains(r.err, "4294967297") {
			t.Errorf("%v: %+v", words[1:], r)
		}
	}
}

func TestJoinCgroupKeepsInput(t *testing.T) {
	needRoot(t)
	pid := strconv.Itoa(os.Getpid())
	r := run(t, "hello\n", nsenter, "-t", pid, "-u", "-c", "cat")
	if strings.Contains(r.err, "only supported in cgroup v2") {
		t.Skip("no cgroup2 is mounted here: ", r.err)
	}
	if r.out != "hello\n" || r.status != 0 {
		t.Errorf("got %+v", r)
	}
}

// TestEnterChildrensPID: of an unshare --pid without --fork, the namespace is
// meant that its children are in.
func TestEnterChildrensPID(t *testing.T) {
	needRoot(t)
	cmd, want := started(t, unshare, "--pid", "sh", "-c", "sleep 60 & readlink /proc/$$/ns/pid_for_children; wait")
	r := run(t, "", nsenter, "-t", strconv.Itoa(cmd.Process.Pid), "-p", "sh", "-c", "readlink /proc/self/ns/pid 2>/dev/null || echo inside; echo $$")
	if !strings.HasPrefix(want, "pid:") || strings.TrimSpace(r.out) == "" || r.status != 0 {
		t.Fatalf("target %q, got %+v", want, r)
	}
	if pid := strings.Fields(r.out); pid[len(pid)-1] == strconv.Itoa(cmd.Process.Pid) || len(pid[len(pid)-1]) > 2 {
		t.Errorf("the shell has pid %v, which is none of a fresh namespace", pid)
	}
}

// TestKeepsPID: without --fork the program has the pid of isle itself.
func TestKeepsPID(t *testing.T) {
	needUserNamespaces(t)
	for _, options := range []string{"-U", "-r", "-rm", "-rn", "-rp", "-rT", "-ruinC", "-rmuinpCT"} {
		cmd := exec.Command(unshare, options, "sh", "-c", "echo $$")
		out, err := cmd.Output()
		if err != nil || strings.TrimSpace(string(out)) != strconv.Itoa(cmd.Process.Pid) {
			t.Errorf("%s: pid %d, the program says %q, %v", options, cmd.Process.Pid, out, err)
		}
	}
}

func TestStatus(t *testing.T) {
	needUserNamespaces(t)
	t.Setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin") // directories that everybody may search
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, fork := range []string{"-U", "-Uf", "-Up"} {
		for program, want := range map[string]int{"isle-no-such-program": 127, "/no/such/program": 127, plain: 126, "false": 1} {
			if r := run(t, "", unshare, fork, program); r.status.ExitStatus() != want || want > 1 && !strings.HasPrefix(r.err, "unshare: failed to execute "+program+": ") {
				t.Errorf("%s %s: %+v, want status %d", fork, program, r, want)
			}
		}
	}
}

// TestDescriptors: none above 2 reaches the program but those asked for.
func TestDescriptors(t *testing.T) {
	script := "for f in 3 4 5 6 7 8 9; do test ! -e /proc/$$/fd/$f || echo $f; done"
	for options, want := range map[string]string{"": "", "--fork": "", "--pass-fds=1": "3\n", "--fork --pass-fds=2": "3\n4\n"} {
		cmd := exec.Command(unshare, append(strings.Fields(options), "sh", "-c", script)...)
		for range 3 {
			f, err := os.Open("/dev/null")
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			cmd.ExtraFiles = append(cmd.ExtraFiles, f)
		}
		if out, err := cmd.Output(); string(out) != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", options, out, err, want)
		}
	}
}

// TestSignalsAtOnce: a signal that comes as soon as the program runs, before
// isle has become the process that waits, does not end isle alone. It reaches
// the program but for the rare one that a thread had just taken when the exec
// ended that thread.
func TestSignalsAtOnce(t *testing.T) {
	const script = "trap 'exit 51' TERM; kill -TERM $PPID; i=0; while [ $i -lt 20 ]; do i=$((i+1)); sleep 0.05; done"
	lost := 0
	for range 100 {
		switch r := run(t, "", unshare, "--fork", "sh", "-c", script); r.status.ExitStatus() {
		case 51:
		case 0:
			lost++
		default:
			t.Fatalf("got %+v", r)
		}
	}
	if lost > 3 {
		t.Errorf("%d of 100 signals were lost", lost)
	}
}

// TestNohup: a hangup that the caller ignores is ignored by the program too.
func TestNohup(t *testing.T) {
	r := run(t, "", "sh", "-c", "trap '' HUP; exec "+unshare+` --fork sh -c 'kill -HUP $PPID; kill -HUP $$; sleep 0.2; echo alive'`)
	if r.out != "alive\n" || r.status != 0 {
		t.Errorf("got %+v", r)
	}
}
