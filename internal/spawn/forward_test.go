package spawn

import (
	"bufio"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestForward: a signal that comes before there is a process, and one that comes
// after, reach it; one that is for nobody does no harm. This process keeps the
// handlers: no other test here is sent these signals.
func TestForward(t *testing.T) {
	Forward([]syscall.Signal{unix.SIGUSR1}, []syscall.Signal{unix.SIGUSR2})
	unix.Kill(os.Getpid(), unix.SIGUSR1)
	unix.Kill(os.Getpid(), unix.SIGUSR2)

	cmd := exec.Command("sh", "-c", "trap 'echo got; n=$((n+1)); [ $n -lt 2 ] || exit 51' USR1; trap 'exit 52' USR2; echo up; while :; do sleep 0.02; done")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	stop := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer stop.Stop()
	lines := bufio.NewScanner(out)
	lines.Scan() // up
	ForwardTo(cmd.Process.Pid)
	if !lines.Scan() || lines.Text() != "got" {
		t.Errorf("the signal that came before: %q", lines.Text())
	}
	unix.Kill(os.Getpid(), unix.SIGUSR2)
	unix.Kill(os.Getpid(), unix.SIGUSR1)
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 51 {
		t.Errorf("the process ended with %d", got)
	}
}
