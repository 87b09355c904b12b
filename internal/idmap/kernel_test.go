package idmap

import (
	"cmp"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// sleeper is a process in a new user namespace that has no maps yet; when its
// standard input ends it prints the one of its users.
type sleeper struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out strings.Builder
}

func newSleeper(t *testing.T) *sleeper {
	s := &sleeper{cmd: exec.Command("sh", "-c", "read x; cat /proc/self/uid_map")}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}
	s.cmd.Stdout, s.cmd.Stderr = &s.out, os.Stderr
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("start a process in a user namespace: %v", err)
	}
	t.Cleanup(func() { s.end() })
	return s
}

// end lets the process go and returns the map that it saw.
func (s *sleeper) end() (Map, error) {
	s.in.Close()
	s.cmd.Wait()
	return ParseMap(s.out.String())
}

func (s *sleeper) write(k Kind, m Map) error {
	return os.WriteFile("/proc/"+strconv.Itoa(s.cmd.Process.Pid)+"/"+k.File(), []byte(m.String()), 0)
}

func needRoot(t *testing.T) {
	m, err := Local().ownMap(Users)
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 || m.String() != "0 0 4294967295\n" {
		t.Skip("mapping any id takes root of the initial user namespace")
	}
}

func byInside(a, b Range) int { return cmp.Compare(a.Inside, b.Inside) }

// TestKernelAgrees holds Validate to the kernel: what the one takes, the other
// does, and what it shows then is what was written.
func TestKernelAgrees(t *testing.T) {
	needRoot(t)
	for name, m := range limits() {
		t.Run(name, func(t *testing.T) {
			s := newSleeper(t)
			err, ours := s.write(Users, m), m.Validate()
			if err != nil && !errors.Is(err, unix.EINVAL) {
				t.Fatal(err)
			}
			if (err == nil) != (ours == nil) {
				t.Fatalf("kernel: %v, Validate: %v", err, ours)
			}
			got, err := s.end()
			slices.SortFunc(m, byInside) // as the kernel does with more than five lines
			slices.SortFunc(got, byInside)
			if ours == nil && (err != nil || got.String() != m.String()) {
				t.Errorf("the process sees %v, %v", got, err)
			}
		})
	}
}

func TestKernelTakesResolved(t *testing.T) {
	needRoot(t)
	h := bob(t)
	h.EUID, h.EGID = 0, 0
	h.User = "bob"
	h.Files.UIDMap, h.Files.GIDMap = "", ""
	for _, test := range []struct {
		spec Spec
		want string
	}{
		{spec(t, 0), "0 0 1\n"},
		{spec(t, 0, "0:100000:65536"), "0 0 1\n1 100000 65535\n"},
		{spec(t, 1000, "0:100000:65536"), "1000 0 1\n0 100000 1000\n1001 101000 64535\n"},
		{spec(t, 0, "auto"), "0 0 1\n1 100000 65536\n"},
		{spec(t, 3, "all"), "3 0 1\n0 1 3\n4 4 4294967291\n"},
		{spec(t, -1, "subids", "0:5:1"), "100000 100000 65536\n0 5 1\n"},
	} {
		m, err := test.spec.Resolve(h, Users)
		if err != nil {
			t.Fatal(err)
		}
		s := newSleeper(t)
		if err := errors.Join(s.write(Users, m), s.write(Groups, m)); err != nil {
			t.Errorf("%v: %v", m, err)
		}
		if got, err := s.end(); err != nil || got.String() != test.want {
			t.Errorf("the process sees\n%v, %v, want\n%v", got, err, test.want)
		}
	}
}

// TestLikeUnshare compares with the unshare(1) of the system, where it is
// there. Versions before 2.40 let newuidmap write for root too.
func TestLikeUnshare(t *testing.T) {
	needRoot(t)
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("no unshare(1) to compare with: ", err)
	}
	if text, _ := exec.Command(unshare, "--help").Output(); !strings.Contains(string(text), "--map-users") {
		t.Skip("unshare(1) has no --map-users")
	}
	dir := t.TempDir()
	script := "#!/bin/sh\npid=$1; shift; printf '%s %s %s\\n' \"$@\" >/proc/$pid/uid_map\n"
	if err := os.WriteFile(dir+"/newuidmap", []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		single int
		arg    string
	}{
		{0, "100000,0,65536"}, {1000, "100000,0,65536"}, {5, "0,0,10"}, {50, "0,0,10"}, {3, "0,3,10"},
		{9, "0,0,10"}, {0, "5,0,1"}, {0, "0,0,10"}, {9, "0,100,10"}, {99, "5,0,10"}, {-1, "5,0,10"},
	} {
		args := []string{"-U", "--map-users=" + test.arg}
		if test.single >= 0 {
			args = append(args, "--map-user="+strconv.Itoa(test.single))
		}
		cmd := exec.Command(unshare, append(args, "cat", "/proc/self/uid_map")...)
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		text, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", cmd.Args, err)
		}
		theirs, err := ParseMap(string(text))
		if err != nil {
			t.Fatal(err)
		}
		ours, err := spec(t, test.single, test.arg).Resolve(Local(), Users)
		if err != nil || ours.String() != theirs.String() {
			t.Errorf("%v:\n%v, %v, unshare:\n%v", test, ours, err, theirs)
		}
	}
}
