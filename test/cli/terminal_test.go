package cli

import (
	"os"
	"os/exec"
	"testing"

	"isle/test/terminal"
)

// shell is an interactive shell with job control at a new terminal.
func shell(t *testing.T, words ...string) *terminal.Terminal {
	t.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), terminal.Env...)
	return terminal.Start(t, cmd)
}

// TestKeyboard: Ctrl-C ends a program and isle with it, as by the signal;
// Ctrl-Z stops both, and fg goes on with both.
func TestKeyboard(t *testing.T) {
	for _, command := range []string{unshare + " --fork", unshare + " --fork --user --map-root-user", unshare + " --user --map-root-user"} {
		t.Run(command[len(unshare):], func(t *testing.T) {
			needUserNamespaces(t)
			p := shell(t, "sh", "-i")
			p.Enter(command + " sh -c 'echo up; exec sleep 100'")
			p.Expect("up\r\n")
			p.Type("\x03")
			p.Enter("echo status $?")
			p.Expect("status 130\r\n")

			p.Enter(command + " sh -c 'echo up; exec cat'")
			p.Expect("up\r\n")
			p.Type("\x1a")
			p.Enter("jobs")
			p.Expect("Stopped")
			p.Enter("fg")
			p.Expect("exec cat")
			p.Type("again\n")
			p.Expect("again\r\nagain\r\n")
			p.Type("\x04")
			p.Enter("exit 7")
			p.Cmd.Wait()
			if got := p.Cmd.ProcessState.ExitCode(); got != 7 {
				t.Errorf("status %d, want 7", got)
			}
		})
	}
}

// TestShellInside: a shell in a PID namespace of its own has job control on the
// terminal that isle was called from, and its programs see it change its size.
func TestShellInside(t *testing.T) {
	needUserNamespaces(t)
	p := shell(t, unshare, "--user", "--map-root-user", "--pid", "--mount-proc", "--fork", "sh", "-i")
	before := p.Modes()
	p.Enter("sh -c 'echo up; exec sleep 100'")
	p.Expect("up\r\n")
	p.Type("\x1a")
	p.Enter("jobs")
	p.Expect("Stopped")
	p.Enter("kill -9 %1; wait")
	p.Enter("sh -c 'trap \"stty size\" WINCH; echo up; while :; do sleep 0.05; done'")
	p.Expect("up\r\n")
	p.Resize(40, 120)
	p.Expect("40 120\r\n")
	p.Type("\x03")
	p.Enter("exit")
	// Some shells end with an error: they cannot give the terminal back to a
	// process group that they do not see.
	p.Status(before)
}
