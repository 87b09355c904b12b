package idmap

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestOrdinaryUser lets an ordinary user map ids through the real newuidmap and
// newgidmap. Those read /etc/subuid and no other file, so this happens in a
// mount namespace where that is another one.
func TestOrdinaryUser(t *testing.T) {
	if os.Getenv("IDMAP_ORDINARY") != "" {
		mapAsOrdinaryUser(t)
		return
	}
	needRoot(t)
	for k := range Kind(2) {
		if tool := Local().Tool(k); tool == "" || !setuid(tool) {
			t.Skipf("no set-user-id %s", k.Tool())
		}
	}
	id, err := LookupUser("nobody")
	if err != nil {
		t.Skip(err)
	}
	// Where an ordinary user can read it: the test's own folder is root's.
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	const script = `mount --make-rprivate / && mount --bind "$0" /etc/subuid && mount --bind "$1" /etc/subgid && cd / && exec /proc/self/fd/3 -test.run='^TestOrdinaryUser$' -test.v`
	cmd := exec.Command("sh", "-c", script, file(t, "nobody:200000:65536\n"), file(t, "nobody:300000:1000\nnobody:400000:1\n"))
	cmd.Env = append(os.Environ(), "IDMAP_ORDINARY=1")
	cmd.ExtraFiles = []*os.File{self}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestOrdinaryUser") {
		t.Errorf("as user %d: %v\n%s", id, err, out)
	}
}

func setuid(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode()&os.ModeSetuid != 0
}

func mapAsOrdinaryUser(t *testing.T) {
	id, err := LookupUser("nobody")
	if err == nil {
		err = errors.Join(syscall.Setgroups(nil), syscall.Setgid(int(id)), syscall.Setuid(int(id)), unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0))
	}
	if err != nil {
		t.Fatal(err)
	}
	h := Local()
	maps, err := Rootless(h)
	if err != nil || maps.Missing != "" {
		t.Fatalf("%v, %v", maps, err)
	}
	s := newSleeper(t)
	for k, m := range []Map{maps.Users, maps.Groups} {
		args := HelperArgs(h.Tool(Kind(k)), s.cmd.Process.Pid, m)
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%q: %v: %s", args, err, out)
		}
	}
	if got, err := s.end(); err != nil || got.String() != maps.Users.String() || len(got) != 2 {
		t.Errorf("the process sees %v, %v, want %v", got, err, maps.Users)
	}
	alone := newSleeper(t)
	if err := alone.write(Users, maps.Users); !errors.Is(err, unix.EPERM) || SelfWritable(maps.Users, h.EUID) {
		t.Errorf("%v may be written by its user: %v", maps.Users, err)
	}
	single := Map{{0, h.EUID, 1}}
	if err := alone.write(Users, single); err != nil || !SelfWritable(single, h.EUID) {
		t.Errorf("%v may not be written by its user: %v", single, err)
	}
}
