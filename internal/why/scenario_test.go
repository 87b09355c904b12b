package why

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// scenario is a real failure: in a child process put into a world (a command
// that sets up namespaces, limits, mounts and then runs the child), do makes a
// system call that must fail and returns what a plan's step would report of it.
// The child then explains it, and the parent looks at the answer.
type scenario struct {
	name  string
	world []string
	do    func() Failure
	errno syscall.Errno
	cause string // what the cause must contain
	fix   string // what the remedy must contain
	clean func(Failure) error
	skip  func() string // why the machine cannot do it, "" if it can
}

const scenarioEnv = "WHY_SCENARIO"

// self is the test binary at a path that any user can run.
var self string

func init() {
	// The child is to make its calls on its first thread, the one /proc/self shows.
	if os.Getenv(scenarioEnv) != "" {
		runtime.LockOSThread()
	}
}

func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "act" {
		fmt.Fprint(os.Stderr, mountOrUnmount(os.Args[2], os.Args[3], os.Args[4]))
		os.Exit(1)
	}
	if name := os.Getenv(scenarioEnv); name != "" {
		act(name)
		return
	}
	dir, err := os.MkdirTemp("/tmp", "isle-why-")
	if err == nil {
		err = errors.Join(os.Chmod(dir, 0o755), copySelf(filepath.Join(dir, "why.test")))
	}
	if err != nil {
		panic(err)
	}
	self = filepath.Join(dir, "why.test")
	code := m.Run()
	os.RemoveAll(dir)
	os.Remove(scratch)
	os.Exit(code)
}

// mountOrUnmount makes one call, for a scenario that is explained from outside.
func mountOrUnmount(do, fs, target string) error {
	if do == "umount" {
		return unix.Unmount(target, unix.MNT_DETACH)
	}
	return unix.Mount(fs, target, fs, 0, "")
}

func copySelf(to string) error {
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer from.Close()
	file, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close())
}

type answer struct {
	Failure     Failure
	Explanation Explanation
	Leaked      int
}

// descriptors counts the open ones of this process, up to a bound.
func descriptors() (n int) {
	for fd := range 256 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil {
			n++
		}
	}
	return n
}

// act is the child: it fails, explains and prints.
func act(name string) {
	for _, s := range scenarios() {
		if s.name == name {
			f := s.do()
			Explain(f) // the runtime's own descriptors, once
			before := descriptors()
			got := answer{f, Explain(f), 0}
			got.Leaked = descriptors() - before
			json.NewEncoder(os.Stdout).Encode(got)
		}
	}
}

func scenarios() (all []scenario) {
	for _, list := range [...][]scenario{
		createScenarios, quotaScenarios, seccompScenarios, idMapScenarios, credentialScenarios, joinScenarios,
		procScenarios, mountScenarios, lockedScenarios, overlayScenarios, pivotScenarios, execScenarios,
		otherScenarios,
	} {
		all = append(all, list...)
	}
	return all
}

func TestScenarios(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to set up the worlds in which calls fail")
	}
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			if s.skip != nil {
				if why := s.skip(); why != "" {
					t.Skip(why)
				}
			}
			got := s.run(t)
			if s.clean != nil {
				if err := s.clean(got.Failure); err != nil {
					t.Error(err)
				}
			}
			if got.Failure.Errno != s.errno {
				t.Fatalf("the call failed with %v, want %v (%+v)", got.Failure.Errno, s.errno, got.Failure)
			}
			if got.Leaked != 0 {
				t.Errorf("leaked %d descriptors", got.Leaked)
			}
			if !strings.Contains(got.Explanation.Cause, s.cause) || s.cause == "" {
				t.Errorf("cause %q, want one with %q", got.Explanation.Cause, s.cause)
			}
			if !strings.Contains(got.Explanation.Remedy, s.fix) {
				t.Errorf("remedy %q, want one with %q", got.Explanation.Remedy, s.fix)
			}
			t.Logf("%s: %v\n%s", got.Failure.Syscall, got.Failure.Errno, strings.Join(got.Explanation.Lines(), "\n"))
		})
	}
}

func (s scenario) run(t *testing.T) (got answer) {
	t.Helper()
	argv := append(append([]string{}, s.world...), self)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), scenarioEnv+"="+s.name, "SELF="+self, "GOGC=off") // at a limit, Go could not make the thread that collecting takes
	cmd.Dir = "/"
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || json.Unmarshal(out, &got) != nil {
		t.Fatalf("%v: %v\n%s%s", argv, err, out, &stderr)
	}
	return got
}

// errnoOf unwraps the errno that a call answered.
func errnoOf(err error) syscall.Errno {
	var errno syscall.Errno
	errors.As(err, &errno)
	return errno
}

// shell makes a world of a script that ends by running what follows it; $1 is
// the program.
func shell(script string, before ...string) []string {
	return append(before, "sh", "-ec", script+"\nexec \"$@\"", "sh")
}

// nobody is a user without a name, subordinate ids or privileges.
var nobody = []string{"setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"}

// scratch is a place that each child makes for itself, in a mount namespace
// that its world has made.
const scratch = "/tmp/isle-why-scratch"

// private makes a world with a mount namespace and a scratch tmpfs of its own,
// under a script.
func private(script string, after ...string) []string {
	return append(shell("mkdir -p "+scratch+"; mount -t tmpfs tmpfs "+scratch+"; chmod 755 "+scratch+"; cd "+scratch+"\n"+script, "unshare", "-m"), after...)
}

// must ends a child in which something that has to work did not.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// contains says that a program's message holds the text of errno, in any case.
func contains(message string, errno syscall.Errno) bool {
	return strings.Contains(strings.ToLower(message), errno.Error())
}
