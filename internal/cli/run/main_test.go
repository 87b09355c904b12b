package run_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"isle/internal/feature"
	"isle/test/programs"
)

// The tests run the built isle: the file that ISLE names, or one built now.
// Inside, they run probe, which is this test's own program in other clothes.
var islePath, probePath string

const nobody = 65534

func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); name == "probe" || name == "suid" {
		os.Exit(probe(os.Args[1:]))
	}
	os.Exit(prepared(m.Run))
}

// prepared makes the two programs, at paths that every user can reach.
func prepared(run func() int) int {
	dir, err := os.MkdirTemp("", "isle-run-")
	if err == nil {
		defer os.RemoveAll(dir)
		islePath, probePath = filepath.Join(dir, "isle"), filepath.Join(dir, "probe")
		err = errors.Join(os.Chmod(dir, 0o755), programs.Isle(islePath), programs.Self(probePath))
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return run()
}

// TestAsOrdinaryUsers runs all tests again as nobody, and as the user with
// subordinate ids that ISLE_TEST_USER names.
func TestAsOrdinaryUsers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("is an ordinary user's run already")
	}
	if err := feature.UserNamespaces.Err(); err != nil {
		t.Skip(err)
	}
	users := map[string]*syscall.Credential{"nobody": {Uid: nobody, Gid: nobody}}
	if name := os.Getenv("ISLE_TEST_USER"); name != "" {
		u, err := user.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		users[name] = &syscall.Credential{Uid: number(t, u.Uid), Gid: number(t, u.Gid)}
	}
	for name, as := range users {
		t.Run(name, func(t *testing.T) { runAs(t, as) })
	}
}

func runAs(t *testing.T, as *syscall.Credential) {
	tests := filepath.Join(filepath.Dir(islePath), "run.test")
	if err := programs.Copy(probePath, tests); err != nil { // which is this program, and static
		t.Fatal(err)
	}
	defer os.Remove(tests)
	cmd := exec.Command(tests, "-test.v")
	cmd.Dir = filepath.Dir(islePath)
	cmd.Env = append(os.Environ(), "ISLE="+islePath)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skip("this process may not change its user: ", err)
	}
	passed := strings.Count(string(out), "\n--- PASS")
	if err != nil || passed < 25 {
		t.Errorf("%v; %d passed\n%s", err, passed, out)
	}
	for _, line := range strings.Split(string(out), "\n") {
		if strings.Contains(line, "--- SKIP") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

func number(t *testing.T, s string) uint32 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}
