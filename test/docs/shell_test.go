package docs

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// testShell returns a shell without an isle.
func testShell(t *testing.T) Shell {
	t.Helper()
	who := ordinaryUser(t)
	return Shell{Ordinary: who, Dir: workDir(t, who), Path: os.Getenv("PATH"), Limit: 10 * time.Second}
}

// run runs the only block of a console text.
func run(t *testing.T, s Shell, body string) error {
	t.Helper()
	blocks, err := Blocks("```console\n" + body + "\n```")
	if err != nil || len(blocks) != 1 {
		t.Fatalf("%d blocks: %v", len(blocks), err)
	}
	return s.Run(blocks[0])
}

func TestExamplesThatWork(t *testing.T) {
	s := testShell(t)
	for _, body := range []string{
		"$ echo hello\nhello",
		"$ printf 'no end of line'\nno end of line",
		"$ true",
		"$ false\n$ echo $?\n1",
		"$ x=5\n$ echo $x\n5",
		"$ sleep 1000 &\n$ echo $!\n<n>",
		"$ echo 1; echo 2 >&2\n1\n2",
		"$ cat <<END\n> two\n> words\n> END\ntwo\nwords",
		"$ echo $$; echo $$\n<p>\n<p>",
		"$ touch here; ls\nhere",
	} {
		if err := run(t, s, body); err != nil {
			t.Errorf("%s\n%v", body, err)
		}
	}
}

func TestExamplesThatFail(t *testing.T) {
	s := testShell(t)
	s.Limit = 2 * time.Second
	for body, want := range map[string]string{
		"$ echo hello\ngoodbye":         `line 2: echo hello: wanted "goodbye"`,
		"$ true\n$ echo a; echo b\na":   "line 3: echo a; echo b: more was printed",
		"$ echo a":                      "more was printed",
		"$ true\nsomething":             `wanted "something"`,
		"$ false":                       "exit status 1",
		"$ echo why >&2; exit 3":        "the shell ended; printed:\nwhy",
		"$ echo $?\n0\n$ (exit 7)":      "exit status 7",
		"$ no-such-command-at-all\n...": "exit status 127",
		"$ sleep 1000":                  "took longer than 2s",
		"$ echo 'unclosed":              "the shell ended",
		"$ echo $$; echo 1\n<p>\n<p>":   `wanted "<p>"`,
	} {
		if err := run(t, s, body); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngave error %v\nwant one with %q", body, err, want)
		}
	}
}

func TestNothingIsLeftRunning(t *testing.T) {
	s := testShell(t)
	pidFile := s.Dir + "/pid"
	if err := run(t, s, "$ sleep 1000 & echo $! > pid"); err != nil {
		t.Fatal(err)
	}
	pid, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	n := int(number(t, string(pid)))
	for range 100 {
		if syscall.Kill(n, 0) == syscall.ESRCH || zombie(n) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	syscall.Kill(n, syscall.SIGKILL)
	t.Errorf("process %d outlived its block", n)
}

// zombie says whether the process is dead and waits for whoever adopted it.
func zombie(pid int) bool {
	stat, _ := os.ReadFile("/proc/" + itoa(pid) + "/stat")
	_, after, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(after, "Z")
}

// TestPromptsChooseTheUser needs root, for only root can be both users.
func TestPromptsChooseTheUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip(`only root can run commands after "# " and after "$ "`)
	}
	s := testShell(t)
	body := "# id -u; pwd > by-root\n0\n$ id -u; cat by-root > by-user\n" + itoa(int(s.Ordinary.UID)) + "\n# cat by-user\n" + s.Dir
	if err := run(t, s, body); err != nil {
		t.Error(err)
	}
}
