package run_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// reviewed is a store of reviews of a test's own, and a directory of the host
// with two files.
func reviewed(t *testing.T) (dir string) {
	t.Helper()
	store := filepath.Join(home(t), "reviews")
	t.Setenv("ISLE_REVIEW_DIR", store)
	dir = filepath.Join(home(t), "dir")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "a"), "old\n")
	write(t, filepath.Join(dir, "b"), "old\n")
	return dir
}

// review runs isle review and compares its status, and a part of what it says.
func review(t *testing.T, code int, part string, args ...string) string {
	t.Helper()
	cmd := command(t)
	cmd.Args = append([]string{islePath, "review"}, args...)
	r := finish(t, cmd)
	if text := r.out + r.err; r.code != code || !strings.Contains(text, part) {
		t.Errorf("isle review %q: status %d, want %d with %q\n%s", args, r.code, code, part, text)
	}
	return r.out
}

// TestReviewKeeps: without a terminal the changes are listed and kept, until
// they are applied or dropped. The status is the program's.
func TestReviewKeeps(t *testing.T) {
	dir := reviewed(t)
	r := run(t, "--review=try", "-w", dir, "--", "sh", "-c", "echo new >a; rm b; echo x >c; exit 7")
	if r.code != 7 || r.out != "" || !strings.Contains(r.err, "isle review apply try") || !strings.Contains(r.err, filepath.Join(dir, "c")) {
		t.Errorf("status %d, %q, %q", r.code, r.out, r.err)
	}
	if got := read(t, filepath.Join(dir, "a")); got != "old\n" {
		t.Errorf("a holds %q", got)
	}
	review(t, 0, "try  pending       3", "ls")
	review(t, 0, "-old\n+new\n", "show", "--diff", "try", "a")
	review(t, 1, "no change matches", "show", "try", "nothing")
	review(t, 0, "1 of 1 changes applied", "apply", "try", "a")
	if got := read(t, filepath.Join(dir, "a")); got != "new\n" {
		t.Errorf("a holds %q", got)
	}
	write(t, filepath.Join(dir, "b"), "host")
	review(t, 1, "b: it was changed on the host meanwhile", "apply", "try")
	if got := read(t, filepath.Join(dir, "c")) + read(t, filepath.Join(dir, "b")); got != "x\nhost" {
		t.Errorf("c and b hold %q", got)
	}
	review(t, 0, "", "drop", "try")
	review(t, 1, "there is no review try", "show", "try")
	if out := review(t, 0, "", "ls"); out != "" {
		t.Errorf("left: %s", out)
	}
}

func TestReviewEndings(t *testing.T) {
	dir := reviewed(t)
	args := func(more ...string) []string {
		return append(append([]string{"-w", dir, "--review"}, more...), "sh", "-c", "echo more >>a; chmod 4755 b")
	}
	want(t, 0, "", args("--discard")...)
	if got := read(t, filepath.Join(dir, "a")); got != "old\n" {
		t.Errorf("with --discard, a holds %q", got)
	}
	r := run(t, args("--yes", "--json")...)
	var list struct {
		Changes []struct {
			Path, Change string
			Special      []string
		}
	}
	if err := json.Unmarshal([]byte(r.out), &list); err != nil || len(list.Changes) != 2 || list.Changes[1].Special[0] != "set-user-ID" {
		t.Errorf("%v: %s", err, r.out)
	}
	info, err := os.Stat(filepath.Join(dir, "b"))
	if got := read(t, filepath.Join(dir, "a")); got != "old\nmore\n" || err != nil || info.Mode()&os.ModeSetuid != 0 {
		t.Errorf("with --yes, a holds %q and b is %v", got, info.Mode())
	}
	review(t, 0, "1 of 1 changes applied", "apply", "--special", "sh-1")
	if info, err := os.Stat(filepath.Join(dir, "b")); err != nil || info.Mode()&os.ModeSetuid == 0 {
		t.Errorf("b is %v", info.Mode())
	}
	r = run(t, "-w", dir, "--review", "true")
	if !strings.Contains(r.err, "nothing was changed") {
		t.Errorf("%q", r.err)
	}
	if out := review(t, 0, "", "ls"); out != "" {
		t.Errorf("left: %s", out)
	}
}

func TestReviewRefuses(t *testing.T) {
	reviewed(t)
	for part, args := range map[string][]string{
		"cannot be had with --rootfs":     {"--review", "--rootfs", "/", "true"},
		"cannot be had with --keep":       {"--review", "--keep", "/tmp/x", "true"},
		"exclude each other":              {"--review", "--yes", "--discard", "true"},
		"are for --review":                {"--yes", "true"},
		"needs a PID namespace":           {"--review", "--share", "pid", "true"},
		"invalid name of a review":        {"--review=../x", "true"},
		"nothing: No such file or direct": {"--review", "/no/such/nothing"},
	} {
		r := run(t, args...)
		if r.code < 125 || !strings.Contains(strings.ReplaceAll(r.err, "no such file", "No such file"), part) {
			t.Errorf("%q: status %d, %s", args, r.code, r.err)
		}
	}
	if os.Geteuid() == 0 {
		want(t, 125, "cannot be had as root with --uidmap", "--review", "--uidmap", "0:100000:1", "--gidmap", "0:100000:1", "true")
	}
	if out := review(t, 0, "", "ls"); out != "" {
		t.Errorf("left: %s", out)
	}
}

// TestReviewIsSafeToRead: nothing that the program wrote reaches the terminal as
// it is.
func TestReviewIsSafeToRead(t *testing.T) {
	dir := reviewed(t)
	write(t, filepath.Join(dir, "script"), "printf '\\033[2Jbad\\r\\302\\233+\\n' >>a; echo x >\"$(printf 'n\\033[31m\\nM 1 forged\\302\\233')\"; ln -s \"$(printf 'to\\033]0;x\\007\\nM 1 forged')\" l; mkfifo \"$(printf 'p\\nM 1 forged')\"; printf '\\0' >\"$(printf 'z\\nM 1 forged')\"\n")
	r := run(t, "--review=try", "-w", dir, "sh", "script")
	all := r.err + review(t, 0, "bad", "show", "--diff", "try") + review(t, 0, "", "show", "--json", "try") + review(t, 0, "", "show", "try")
	for _, bad := range []string{"\033", "\r", "\u009b", "\nM 1 forged", "\a"} {
		if i := strings.Index(all, bad); i >= 0 {
			t.Errorf("%q is shown: %q", bad, all[max(0, i-40):i+20])
		}
	}
	cmd := command(t)
	cmd.Args = []string{islePath, "review", "apply", "try"}
	if r := finish(t, cmd); r.code != 0 {
		t.Errorf("status %d, %s", r.code, r.err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "n\033[31m\nM 1 forged\u009b")); err != nil {
		t.Error(err)
	}
}

// TestReviewAsks: at a terminal a person chooses, sees and keeps, and what is
// typed reaches the question and not the program that has ended.
func TestReviewAsks(t *testing.T) {
	dir := reviewed(t)
	p := onTerminal(t, "--review", "-w", dir, "sh", "-c", "read x; echo $x >a; rm b; echo new >c; echo new >d")
	p.Type("typed\n")
	p.Expect("Apply them?")
	p.Type("d 1\n")
	p.Expect("+typed")
	p.Expect("Apply them?")
	p.Type("s 9\n")
	p.Expect("there is no change 9")
	p.Type("s 1 c\n")
	p.Expect("2 of 2 changes applied")
	p.Expect("Apply them?")
	p.Type("k later\n")
	p.Expect("isle review show later")
	if err := p.Cmd.Wait(); err != nil {
		t.Error(err)
	}
	if got := read(t, filepath.Join(dir, "a")) + read(t, filepath.Join(dir, "b")) + read(t, filepath.Join(dir, "c")); got != "typed\nold\nnew\n" {
		t.Errorf("a, b and c hold %q", got)
	}
	review(t, 0, "2 of 2 changes applied", "apply", "later")
}

// TestReviewOfTheKilled: the program dies with isle, and its changes can be
// looked at all the same; before that they cannot.
func TestReviewOfTheKilled(t *testing.T) {
	dir := reviewed(t)
	cmd := command(t, "--review=try", "-w", dir, "sh", "-c", "echo new >a; echo up; read x; sleep 1000")
	in, _ := cmd.StdinPipe()
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	word := make([]byte, 3)
	if _, err := out.Read(word); err != nil || !bytes.Equal(word, []byte("up\n")) {
		t.Fatalf("%q, %v", word, err)
	}
	review(t, 0, "running", "ls")
	review(t, 1, "its program still runs", "show", "try")
	review(t, 1, "its program still runs", "drop", "try")
	cmd.Process.Kill()
	rest := make([]byte, 1)
	out.Read(rest) // ends when nobody holds the other end: then the program is gone
	cmd.Wait()
	review(t, 0, "a", "show", "try")
	review(t, 0, "1 of 1 changes applied", "apply", "try")
}

// TestReviewOfOtherUsersFiles: what a program makes as a subordinate user is
// read, applied and dropped too.
func TestReviewOfOtherUsersFiles(t *testing.T) {
	needSubids(t)
	if os.Geteuid() == 0 {
		t.Skip("an ordinary user is needed: root has all ids")
	}
	dir := reviewed(t)
	want(t, 0, "", "--review=try", "-w", dir, "sh", "-c", "echo x >c; chmod 600 c; chown 5:5 c; echo new >a; chmod 0 a")
	review(t, 0, "2 of 2 changes applied", "apply", "try")
	var st unix.Stat_t
	if err := unix.Stat(filepath.Join(dir, "c"), &st); err != nil || int(st.Uid) == os.Geteuid() {
		t.Errorf("c belongs to %d, %v", st.Uid, err)
	}
}

// TestReviewOfMounts: the places that are made to mount something on are no
// changes, and what is written to a bind is real.
func TestReviewOfMounts(t *testing.T) {
	dir := reviewed(t)
	src := t.TempDir()
	r := run(t, "--review", "-w", dir, "-v", src+":"+dir+"/m/n", "--tmpfs", dir+"/x/y", "sh", "-c", "echo 1 >m/n/real; echo 2 >x/y/gone; echo 3 >x/kept")
	for name, want := range map[string]bool{"m": false, "m/n": false, "x": true, "x/y": false, "x/kept": true} {
		if strings.Contains(r.err, " "+filepath.Join(dir, name)+" ") != want {
			t.Errorf("%s is listed: %v, want %v\n%s", name, !want, want, r.err)
		}
	}
	if got := read(t, filepath.Join(src, "real")); got != "1\n" {
		t.Errorf("real holds %q", got)
	}
	want(t, 0, "/reviews/try/upper", "--review=try", "--dry-run", "true")
	review(t, 0, "2 of 2 changes applied", "apply", "sh-1")
}

// TestReviewIsFoundByCompletion offers the names of what is kept.
func TestReviewIsFoundByCompletion(t *testing.T) {
	dir := reviewed(t)
	want(t, 0, "", "--review=try-me", "-w", dir, "sh", "-c", "echo x >c")
	out, err := exec.Command(islePath, "__complete", "review", "show", "tr").Output()
	if err != nil || !strings.HasPrefix(string(out), "try-me\n") {
		t.Errorf("%q, %v", out, err)
	}
}
