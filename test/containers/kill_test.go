package containers

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// verbs are what is killed in the middle; each leaves what the next can be about.
var verbs = []string{
	`run --rm bb:1 true`, `run -d --name k bb:1 sleep 100`, `create --name k bb:1 true`, `run --name k bb:1 true`, `start k`, `stop -t 0 k`, `rm -f -t 0 k`, `restart -t 0 k`,
}

// TestKilled kills isle at random moments of verbs. What is there afterwards can
// be listed, and removed without leaving anything. ISLE_KILLS says how often.
func TestKilled(t *testing.T) {
	count := 40
	if n, err := strconv.Atoi(os.Getenv("ISLE_KILLS")); err == nil {
		count = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Log("seed ", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range count {
		var done []string
		for range 3 {
			verb := verbs[random.IntN(len(verbs))]
			done = append(done, verb)
			killed(t, verb, time.Duration(random.IntN(20_000))*time.Microsecond)
		}
		shell.Must(t, "isle ps -a >/dev/null")
		if status, out := shell.Do(t, "isle rm -f -a -t 0"); status != 0 {
			t.Fatalf("after %q: %s", done, out)
		}
		if t.Failed() {
			t.Fatalf("after %q", done)
		}
	}
	nothingLeft(t)
}

// killed starts a verb and kills it a while later, with who waits for it.
func killed(t *testing.T, verb string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(filepath.Join(shell.Dir, "bin", "isle"), strings.Fields(verb)...)
	cmd.Env = append(os.Environ(), shell.Environment...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	cmd.Process.Signal(syscall.SIGKILL)
	cmd.Wait()
}

// nothingLeft looks for processes, mounts, cgroups and folders of containers.
func nothingLeft(t *testing.T) {
	t.Helper()
	left := `cd containers; ls containers names run 2>/dev/null | grep -v ':$' | grep .
		ps -e -o pid,args | grep "$HOME" | grep -v -e grep -e ' sh -c' -e containers.test
		grep "$HOME" /proc/self/mountinfo
		find /sys/fs/cgroup -type d -name 'isle-*' 2>/dev/null | grep -F -f "$HOME/ids" ; :`
	shell.Must(t, `sed -n 's/.*"ID":"\([0-9a-f]*\)".*/\1/p' containers/events | sort -u >ids`)
	out := ""
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if out = shell.Must(t, left); out == "" {
			return
		}
	}
	t.Errorf("this is left:\n%s", out)
}

func TestNothingLeft(t *testing.T) {
	shell.Must(t, "isle run -d bb:1 sleep 100 >/dev/null; isle run --rm bb:1 true; isle rm -f -a -t 0 >/dev/null")
	nothingLeft(t)
}
