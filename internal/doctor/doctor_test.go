package doctor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"isle/internal/feature"
)

const roleVariable = "ISLE_TEST_DOCTOR"

// TestMain lets the test run itself elsewhere, where it prints the report.
func TestMain(m *testing.M) {
	r := Report{}
	switch os.Getenv(roleVariable) {
	case "table":
		r = Examine()
		r.Table(os.Stdout, false)
	case "json":
		r = Examine()
		r.JSON(os.Stdout)
	default:
		os.Exit(m.Run())
	}
	os.Exit(r.ExitStatus())
}

// program is a copy of this test's executable that every user can reach.
func program(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "isle-doctor-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	b, err := os.ReadFile("/proc/self/exe")
	path := filepath.Join(dir, "doctor.test")
	if err = errors.Join(err, os.WriteFile(path, b, 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return path
}

// form is what JSON promises to readers.
type form struct {
	Schema  int
	Kernel  string
	Machine string
	UID     int
	OK      bool
	Rows    []Row
}

// parse reads a report back, and knows every field of it.
func parse(t *testing.T, out []byte) form {
	t.Helper()
	var f form
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return f
}

// TestExamine examines this machine as this user and as an ordinary one.
func TestExamine(t *testing.T) {
	users := []int{os.Geteuid()}
	if os.Geteuid() == 0 {
		users = append(users, 65534)
	}
	path := program(t)
	for _, uid := range users {
		cmd := exec.Command(path)
		cmd.Env, cmd.Dir = append(os.Environ(), roleVariable+"=json"), "/"
		if uid != os.Geteuid() {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
		}
		out, err := cmd.Output()
		f := parse(t, out)
		if f.Schema != 1 || f.UID != uid || f.Kernel != feature.Release() || len(f.Rows) != len(feature.All()) || f.OK != (err == nil) {
			t.Errorf("as %d: %v: %s", uid, err, out)
		}
		for _, row := range f.Rows {
			if row.State == Yes && row.Fix != nil || row.State != Yes && row.Detail == "" || row.Matters == "" {
				t.Errorf("as %d: %+v", uid, row)
			}
		}
	}
}

// TestNoNetworkNamespaces lowers the limit for real, in a user namespace, and
// reads the row, the remedy and the exit status.
func TestNoNetworkNamespaces(t *testing.T) {
	if err := feature.UserNamespaces.Err(); err != nil {
		t.Skip(err)
	}
	const fix = "sysctl -w user.max_net_namespaces=15000"
	run := func(form string) ([]byte, int) {
		script := `echo 0 >/proc/sys/user/max_net_namespaces; exec "$0"`
		cmd := exec.Command("unshare", "--map-root-user", "--", "sh", "-c", script, program(t))
		cmd.Env = append(os.Environ(), roleVariable+"="+form)
		out, _ := cmd.Output()
		return out, cmd.ProcessState.ExitCode()
	}
	out, code := run("json")
	f := parse(t, out)
	i := slices.IndexFunc(f.Rows, func(r Row) bool { return r.Name == "net namespaces" })
	if row := f.Rows[i]; code != 1 || f.OK || row.State != No || row.Detail != "user.max_net_namespaces is 0" || !slices.Equal(row.Fix, []string{fix}) {
		t.Errorf("exit %d: %+v", code, row)
	}
	table, code := run("table")
	for _, line := range []string{
		"\n  no       net namespaces ",
		"\n# net namespaces\n" + fix + "\n",
		"; isle needs and lacks net namespaces.\n",
	} {
		if code != 1 || !strings.Contains(string(table), line) {
			t.Errorf("exit %d, want %q in:\n%s", code, line, table)
		}
	}
}

var sample = Report{Kernel: "6.1", Machine: "arm64", UID: 7, Rows: []Row{
	{Name: "a", Area: "One", State: Yes, Essential: true, Since: "5.3", Matters: "everything", Detail: "ABI 7"},
	{Name: "longer", Area: "One", State: No, Matters: "little", Detail: "it is not installed", Fix: []string{"get it"}},
	{Name: "b", Area: "Two", State: Unknown, Matters: "some", Detail: "EPERM", Fix: []string{"get it"}},
}}

func TestTable(t *testing.T) {
	const want = `Linux 6.1 on arm64, as user 7

One
  yes      a        5.3  ABI 7
  no       longer        it is not installed
                         for little

Two
  unknown  b             EPERM
                         for some

What would mend it, run as root

# longer, b
get it

1 of 3 features here, 1 could not be told; all that isle needs is among them.
`
	var plain, colored bytes.Buffer
	if err := errors.Join(sample.Table(&plain, false), sample.Table(&colored, true)); err != nil {
		t.Fatal(err)
	}
	if plain.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", plain.String(), want)
	}
	if !strings.Contains(colored.String(), "\x1b[32myes    \x1b[0m  a") {
		t.Errorf("no green yes in %q", colored.String())
	}
	strip := colored.String()
	for _, code := range []string{"0", "1", "31", "32", "33"} {
		strip = strings.ReplaceAll(strip, "\x1b["+code+"m", "")
	}
	if strip != want {
		t.Errorf("without its colours the coloured table is\n%s", strip)
	}
}

func TestExitStatus(t *testing.T) {
	for _, c := range []struct {
		state     State
		essential bool
		want      int
	}{{Yes, true, 0}, {No, false, 0}, {Unknown, false, 0}, {No, true, 1}, {Unknown, true, 1}} {
		r := Report{Rows: []Row{{State: c.state, Essential: c.essential}}}
		if got := r.ExitStatus(); got != c.want {
			t.Errorf("%+v: exit status %d", c, got)
		}
	}
}

// failing is a writer such as a closed pipe.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, fmt.Errorf("closed") }

func TestWriteFails(t *testing.T) {
	if sample.Table(failing{}, false) == nil || sample.JSON(failing{}) == nil {
		t.Error("an error of the writer is lost")
	}
}
