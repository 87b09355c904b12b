package containers

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"isle/internal/engine"
	"isle/internal/engine/request"
)

// TestCommands are command lines as they are typed, with isle as it is built.
func TestCommands(t *testing.T) {
	e := isle(t)
	t.Run("run", func(t *testing.T) { runLines(t, e) })
	t.Run("descriptors", func(t *testing.T) { passOn(t, e) })
	t.Run("cidfile", func(t *testing.T) { cidFile(t, e) })
	t.Run("replace", func(t *testing.T) { replaceName(t, e) })
	t.Run("dry", func(t *testing.T) { dryLeavesNothing(t, e) })
	t.Run("update", func(t *testing.T) { updateLimits(t, e) })
	list, err := e.List()
	for _, c := range list {
		t.Errorf("container %s was left", c.Request.Name)
	}
	if err != nil {
		t.Error(err)
	}
}

// runLines: what options do is seen from within.
func runLines(t *testing.T, _ *engine.Engine) {
	t.Setenv("ISLE_TEST_A", "1")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "env"), []byte("A=file\nISLE_TEST_A\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		words  string
		status int
		out    string
	}{
		{"--rm bb:1 sh -c|exit 7", 7, ""},
		{"--rm bb:1 nothing", 127, "nothing"},
		{"--rm bb:1 /bin", 126, "/bin"},
		{"--rm --memory lots bb:1 sh", 125, `isle run: --memory: "lots" is no size`},
		{"--rm --frob bb:1 sh", 125, "unrecognized option '--frob'"},
		{"--rm -p 80:80 bb:1 sh", 125, "--publish: isle publishes no ports yet"},
		{"--rm --network bridge bb:1 sh", 125, "isle makes none yet"},
		{"--rm --pull never none:1 sh", 125, "none:1"},
		{"--rm --env-file " + dir + "/env -e A=line -e B bb:1 sh -c|echo $A $ISLE_TEST_A ${B-unset}", 0, "line 1 unset\n"},
		{"--rm -h web -w /bin bb:1 sh -c|echo $HOSTNAME $PWD $(busybox id -u):$(busybox id -g)", 0, "web /bin 0:0\n"},
		{"--rm --entrypoint [\"sh\",\"-c\"] bb:1|echo entered", 0, "entered\n"},
		{"--rm -v " + dir + ":/d:ro --tmpfs /t:size=64k bb:1 sh -c|busybox cat /d/env; echo >/d/x || echo kept; busybox df /t", 0, "kept\n"},
		{"--rm --read-only bb:1 sh -c|echo >/x || echo kept; echo >/tmp/x && echo written", 0, "written\n"},
		{"--rm --init bb:1 sh -c|echo $$", 0, "2\n"},
		{"--rm --ulimit nofile=77:88 bb:1 sh -c|ulimit -n; ulimit -Hn", 0, "77\n88\n"},
		{"--rm --rootfs /nonexistent sh", 125, "/nonexistent"},
	} {
		words, last, has := strings.Cut(test.words, "|")
		line := append([]string{"run"}, strings.Fields(words)...)
		if has {
			line = append(line, last)
		}
		if status, out := run(line...); status != test.status || !strings.Contains(out, test.out) {
			t.Errorf("isle %q: %d, %q; want %d with %q", line, status, out, test.status, test.out)
		}
	}
}

// passOn: descriptors are passed on, and the pid is written down.
func passOn(t *testing.T, _ *engine.Engine) {
	file := filepath.Join(t.TempDir(), "pid")
	out, err := exec.Command("sh", "-c", "echo passed | isle run --rm --preserve-fds 1 --pidfile "+file+" bb:1 sh -c 'read x <&3; echo $x' 3<&0").CombinedOutput()
	if err != nil || string(out) != "passed\n" {
		t.Errorf("%v, %q", err, out)
	}
	if pid, err := os.ReadFile(file); err != nil || strings.Trim(string(pid), "0123456789\n") != "" || len(pid) == 0 {
		t.Errorf("%q, %v", pid, err)
	}
}

// cidFile: it is written once, and never over another.
func cidFile(t *testing.T, e *engine.Engine) {
	file := filepath.Join(t.TempDir(), "cid")
	status, out := run("create", "--cidfile", file, "bb:1", "sh")
	id, err := os.ReadFile(file)
	if status != 0 || err != nil || string(id)+"\n" != out {
		t.Fatalf("%d, %q; %q, %v", status, out, id, err)
	}
	if c, err := e.Find(string(id)); err != nil {
		t.Error(err)
	} else if err := e.Remove(c, false); err != nil {
		t.Error(err)
	}
	if status, out := run("run", "--rm", "--cidfile", file, "bb:1", "sh"); status != 125 || !strings.Contains(out, "is there already") {
		t.Errorf("%d, %q", status, out)
	}
}

// replaceName: a name is had by one, unless it is to be replaced.
func replaceName(t *testing.T, e *engine.Engine) {
	first := start(t, e, request.Container{Name: "one", OpenStdin: true, Command: []string{"sh", "-c", "read x"}})
	if status, out := run("run", "--rm", "--name", "one", "bb:1", "sh"); status != 125 || !strings.Contains(out, "in use") {
		t.Errorf("%d, %q", status, out)
	}
	if status, out := run("run", "--rm", "--replace", "--name", "one", "bb:1", "sh", "-c", "echo second"); status != 0 || out != "second\n" {
		t.Errorf("%d, %q", status, out)
	}
	if _, err := e.Find(first.c.Request.ID); err == nil {
		t.Error("the first one is still there")
	}
}

// dryLeavesNothing: a plan is shown, and neither a container nor a volume is made.
func dryLeavesNothing(t *testing.T, e *engine.Engine) {
	for _, line := range []string{"run --rm --dry-run", "create --name x --dry-run=shell"} {
		words := append(strings.Fields(line), "-v", "data:/data", "bb:1", "sh")
		if status, out := run(words...); status != 0 || !strings.Contains(out, "/data") || !strings.Contains(out, "sh") {
			t.Errorf("%s: %d, %q", line, status, out)
		}
	}
	if status, out := run("run", "--dry-run", "--rm", "nobody-has-this", "sh"); status != 125 || !strings.Contains(out, "isle pull") {
		t.Errorf("%d, %q", status, out)
	}
	root := os.Getenv("ISLE_CONTAINERS")
	for _, dir := range []string{"containers", "names", "volumes", "work"} {
		if entries, err := os.ReadDir(filepath.Join(root, dir)); err != nil || len(entries) > 0 {
			t.Errorf("%s: %v, %v", dir, entries, err)
		}
	}
}

// updateLimits: a container that runs has new limits at once, and the rest stays.
func updateLimits(t *testing.T, e *engine.Engine) {
	b := start(t, e, request.Container{
		Name: "held", Command: []string{"sh", "-c", "while :; do busybox sleep 1; done"},
		Limits: request.Limits{Memory: 64 << 20},
	})
	limits := func() string {
		_, out := run("exec", "held", "sh", "-c", "cd /sys/fs/cgroup; busybox cat memory/memory.limit_in_bytes memory.max pids/pids.max pids.max 2>/dev/null")
		return strings.Join(strings.Fields(out), " ")
	}
	if got := limits(); got != "67108864 2048" {
		t.Skipf("no limits are seen from within here: %q", got)
	}
	if status, out := run("update", "--memory", "128m", "--memory-swap=-1", "--restart=on-failure:3", "held"); status != 0 || out != "held\n" {
		t.Fatalf("%d, %q", status, out)
	}
	if status, out := run("update", "held", "--pids-limit", "77"); status != 0 {
		t.Fatalf("%d, %q", status, out)
	}
	if got := limits(); got != "134217728 77" {
		t.Errorf("the limits are %q", got)
	}
	if r := b.now().Request; r.Limits.Memory != 128<<20 || *r.Limits.PidsLimit != 77 || r.Restart != "on-failure" || r.RestartMax != 3 {
		t.Errorf("%+v", r)
	}
	for line, want := range map[string]string{
		"held":                     "not said what is to change",
		"--memory 1g":              "one container is to be named",
		"--memory 1x held":         "is no size",
		"--memory-swap 5m held":    "cannot be less than --memory",
		"--memory 1g none-such":    "no such container",
		"--publish 1 held":         "unrecognized option",
		"--restart always:3 held":  "only on-failure",
		"--device-read-bps x held": "PATH:RATE",
	} {
		if status, out := run(append([]string{"update"}, strings.Fields(line)...)...); status != 125 || !strings.Contains(out, want) {
			t.Errorf("isle update %s: %d, %q; want %q", line, status, out, want)
		}
	}
	if err := exec.Command("isle", "update", "--memory", "-5", "held").Run(); err == nil {
		t.Error("a negative limit is taken")
	}
	if got := limits(); got != "134217728 77" {
		t.Errorf("after what was refused the limits are %q", got)
	}
}
