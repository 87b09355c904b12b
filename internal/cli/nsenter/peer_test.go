package nsenter

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// peer returns util-linux's tool, and skips if this machine has none.
func peer(t *testing.T) string {
	t.Helper()
	tool, err := exec.LookPath("nsenter")
	if err != nil {
		t.Skip("nsenter(1) is not installed")
	}
	if version, _ := exec.Command(tool, "--version").Output(); !bytes.Contains(version, []byte("from util-linux ")) {
		t.Skipf("nsenter(1) is not util-linux's: %s", version)
	}
	return tool
}

// runPeer runs util-linux's tool, which is given only arguments that it refuses.
func runPeer(tool string, args []string) (status int, stderr string) {
	cmd := exec.Command(tool, args...)
	cmd.Args[0] = "nsenter"
	cmd.Env = []string{"LC_ALL=C", "SHELL=/bin/false"}
	var errout bytes.Buffer
	cmd.Stderr = &errout
	cmd.Run()
	return cmd.ProcessState.ExitCode(), errout.String()
}

// later are options that older releases lack, so that they are not among the
// possibilities of an ambiguous name.
var later = []string{"net-socket", "user-parent", "keep-caps", "env", "join-cgroup", "pass-fds", "dry-run"}

func withoutLater(message string) string {
	for _, name := range later {
		message = strings.ReplaceAll(message, " '--"+name+"'", "")
	}
	return message
}

// TestPeerMessages compares messages that have not changed since release 2.38.
func TestPeerMessages(t *testing.T) {
	tool := peer(t)
	for _, args := range []string{
		"--bogus", "--bogus=x", "-x", "-ax", "-t", "-S", "-G", "--target", "--setuid", "--all=1", "--preserve-credentials=", "--no-fork=1",
		"--n", "--u", "--p", "--se", "--w", "--t",
		"-S x", "-S ''", "-S 18446744073709551616", "-S Follow", "-G 0x1", "-G ''",
		"--mount=", "--user=", "--root=", "--wd=",
	} {
		status, want := runPeer(tool, words(args))
		if got, _, errout := run(words(args)); got != status || withoutLater(errout) != want {
			t.Errorf("%s: status %d,\n%sbut util-linux %d,\n%s", args, got, errout, status, want)
		}
	}
	for _, args := range []string{"-r true", "-w true"} { // now refused sooner without a namespace
		_, want := runPeer(tool, words(args))
		if _, _, errout := run(words("-u/proc/self/ns/uts " + args)); errout != want {
			t.Errorf("%s: %sbut util-linux %s", args, errout, want)
		}
	}
}

// TestPeerAbbreviations compares what the beginnings of all long names are taken
// for. A wrong option follows, so that nothing is ever done; the one before it
// is for options that take it as an argument. Left out are options that look at
// their argument while the command line is being read.
func TestPeerAbbreviations(t *testing.T) {
	tool := peer(t)
	skip := "help version target setuid setgid " + strings.Join(later, " ")
	for i := range flags {
		name := flags[i].Long
		if strings.Contains(" "+skip+" ", " "+name+" ") {
			continue
		}
		for n := 1; n <= len(name); n++ {
			args := []string{"--" + name[:n], "--bogus", "--bogus"}
			got, _, errout := run(args)
			ours := withoutLater(errout)
			if strings.Contains(ours, "ambiguous") && strings.Count(ours, " '--") == 2 {
				continue // only one is left without the later ones
			}
			if status, want := runPeer(tool, args); got != status || ours != want {
				t.Errorf("%s: status %d,\n%sbut util-linux %d,\n%s", args[0], got, ours, status, want)
			}
		}
	}
}
