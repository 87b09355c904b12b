package docs

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const top = "../.."

// TestExamples runs every example of the documentation.
func TestExamples(t *testing.T) {
	files, err := Files(top)
	if err != nil {
		t.Fatal(err)
	}
	shell := newShell(t)
	needUserNamespaces(t, shell)
	ran, skipped := 0, 0
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("read a document: %v", err)
			continue
		}
		blocks, err := Blocks(string(text))
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		name, _ := filepath.Rel(top, path)
		for _, block := range blocks {
			t.Run(name+":"+itoa(block.Line), func(t *testing.T) {
				if why := shell.hinders(block); why != "" {
					skipped++
					t.Skipf("not run: %s", why)
				}
				ran++
				shell.Dir = workDir(t, shell.Ordinary)
				if err := shell.Run(block); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
	}
	t.Logf("%d examples run, %d skipped, in %d documents", ran, skipped, len(files))
}

// hinders says why a block cannot be run here, if it cannot.
func (s Shell) hinders(b Block) string {
	if b.Skip != "" {
		return b.Skip
	}
	if b.NeedsRoot() && os.Geteuid() != 0 {
		return `it has commands for root ("# ")`
	}
	for _, name := range b.Needs {
		if !s.has(name) {
			return name + " is not installed"
		}
	}
	return ""
}

// has says whether a command is in the shell's path.
func (s Shell) has(name string) bool {
	for _, dir := range filepath.SplitList(s.Path) {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
			return true
		}
	}
	return false
}

// needUserNamespaces skips a test where the ordinary user cannot make user
// namespaces, which is a setting of the host (user_namespaces(7)). It asks a
// tool that is not isle, so that a defect of isle's does not look like that.
func needUserNamespaces(t *testing.T, s Shell) {
	t.Helper()
	probe := s
	probe.Dir = "/"
	step := Step{Command: "unshare --user --map-root-user --mount true"}
	if err := probe.Run(Block{Steps: []Step{step}}); err != nil {
		t.Skipf("user %s cannot make user namespaces: %v", s.Ordinary.Name, err)
	}
}

// newShell returns a shell with an isle built from this tree, or $ISLE, in its path.
func newShell(t *testing.T) Shell {
	t.Helper()
	bin := openDir(t)
	isle := filepath.Join(bin, "isle")
	if built := os.Getenv("ISLE"); built != "" {
		if err := os.Symlink(built, isle); err != nil {
			t.Fatal(err)
		}
	} else {
		build := exec.Command("go", "build", "-o", bin+"/", "./cmd/...")
		build.Dir = top
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build isle: %v\n%s", err, out)
		}
	}
	return Shell{
		Ordinary: ordinaryUser(t),
		Path:     bin + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		Limit:    time.Minute,
	}
}

// ordinaryUser returns who types after "$ ": the user running the test, or, if
// that is root, $ISLE_TEST_USER, or else a number that no account has.
func ordinaryUser(t *testing.T) User {
	t.Helper()
	if os.Geteuid() != 0 {
		return User{Name: itoa(os.Geteuid()), UID: uint32(os.Geteuid()), GID: uint32(os.Getegid())}
	}
	name := os.Getenv("ISLE_TEST_USER")
	if name == "" {
		return User{Name: "61234", UID: 61234, GID: 61234}
	}
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatalf("ISLE_TEST_USER: %v", err)
	}
	return User{Name: name, UID: number(t, u.Uid), GID: number(t, u.Gid)}
}

func number(t *testing.T, s string) uint32 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}

// openDir returns a new folder that every user can read; t.TempDir's cannot be.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "isle-docs-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// What an ordinary user unpacked belongs to subordinate ids.
		if os.RemoveAll(dir) != nil {
			exec.Command("unshare", "--map-root-user", "--map-auto", "rm", "-rf", dir).Run()
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// workDir returns a new folder that is u's.
func workDir(t *testing.T, u User) string {
	t.Helper()
	dir := openDir(t)
	if os.Geteuid() == 0 {
		if err := os.Chown(dir, int(u.UID), int(u.GID)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func itoa(n int) string { return strconv.Itoa(n) }
