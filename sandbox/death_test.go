package sandbox_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/ns"
	"isle/sandbox"
)

// TestDeathSignalThread starts a program from a thread that ends at once.
func TestDeathSignalThread(t *testing.T) {
	checkLeaks(t)
	c := sandbox.Command("sh", "-c", "sleep 0.3; echo alive")
	c.DeathSignal = syscall.SIGKILL
	var out strings.Builder
	c.Stdout = &out
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		started <- c.Start()
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil || out.String() != "alive\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func init() {
	roles["leave"] = func() error { return leave(0, false) }
	roles["leave in namespaces"] = func() error { return leave(ns.SetOf(ns.User, ns.PID), false) }
	roles["leave an init"] = func() error { return leave(ns.SetOf(ns.User, ns.PID), true) }
}

// leave starts a program and ends without it.
func leave(kinds ns.Set, init bool) error {
	c := sandbox.Command("sleep", "100")
	c.New, c.Init, c.DeathSignal = kinds, init, syscall.SIGKILL
	if err := c.Start(); err != nil {
		return err
	}
	_, err := fmt.Println(c.Process.Pid())
	return err
}

func TestDeathSignal(t *testing.T) {
	for _, role := range []string{"leave", "leave in namespaces", "leave an init"} {
		t.Run(role, func(t *testing.T) {
			if role != "leave" {
				needUserNamespaces(t)
			}
			adopt(t)
			out, err := again(t, role).Output()
			if err != nil {
				t.Fatalf("%s: %v", out, err)
			}
			pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
			if err != nil {
				t.Fatal(err)
			}
			late := time.AfterFunc(5*time.Second, func() { unix.Kill(pid, unix.SIGTERM) })
			defer late.Stop()
			var status syscall.WaitStatus
			if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil || status.Signal() != syscall.SIGKILL {
				t.Errorf("the program ended with %v, %v", status, err)
			}
		})
	}
}

// TestUndumpable sees that this process is dumpable again after programs that
// joined a PID namespace, alone or with others beside them.
func TestUndumpable(t *testing.T) {
	needUserNamespaces(t)
	checkLeaks(t)
	target := sandbox.Command("cat")
	target.New = ns.SetOf(ns.User, ns.PID)
	in, err := target.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := target.Start(); err != nil {
		t.Fatal(err)
	}
	pid := target.Process.Pid()
	errs := make(chan error)
	const runs = 12
	for i := range runs {
		go func() {
			c := sandbox.Command("true")
			if c.New = ns.SetOf(ns.User); i%2 == 0 {
				c.New, c.Join = 0, []sandbox.Namespace{{Kind: ns.User, PID: pid}, {Kind: ns.PID, PID: pid}}
			}
			errs <- c.Run()
		}()
	}
	for range runs {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	in.Close()
	target.Wait()
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); dumpable != 1 && os.Getenv(roleVariable) == "" || err != nil {
		t.Errorf("dumpable is %d, %v", dumpable, err)
	}
}
