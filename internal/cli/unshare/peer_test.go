package unshare

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// peer returns util-linux's tool, and skips if this machine has none.
func peer(t *testing.T) string {
	t.Helper()
	tool, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("unshare(1) is not installed")
	}
	if version, _ := exec.Command(tool, "--version").Output(); !bytes.Contains(version, []byte("from util-linux ")) {
		t.Skipf("unshare(1) is not util-linux's: %s", version)
	}
	return tool
}

// runPeer runs util-linux's tool, which is given only arguments that it refuses.
func runPeer(tool string, args []string) (status int, stderr string) {
	cmd := exec.Command(tool, args...)
	cmd.Args[0] = "unshare"
	cmd.Env = []string{"LC_ALL=C", "SHELL=/bin/false"}
	var errout bytes.Buffer
	cmd.Stderr = &errout
	cmd.Run()
	return cmd.ProcessState.ExitCode(), errout.String()
}

// later are options that older releases lack, so that they are not among the
// possibilities of an ambiguous name.
var later = []string{"forward-signals", "mount-binfmt", "load-interp", "map-subids", "owner", "clear-env", "whitelist-env", "pass-fds", "dry-run"}

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
		"--bogus", "--bogus=x", "-x", "-Ux", "-m=/x", "-mx", "-S", "-R", "-w", "-G", "--map-user", "--root",
		"--fork=1", "--map-root=x", "--keep=", "--m", "--mo", "--ma", "--map", "--map-g", "--map-users", "--se", "--u", "--k", "--p",
		"-S x", "-S ''", "-S 0x10", "-S 18446744073709551616", "-G abc", "-G ''", "-G 1x",
		"--setgroups=x", "--setgroups=ALLOW", "--setgroups=", "--propagation=x", "--propagation=PRIVATE", "--propagation ''",
		"--kill-child=15", "--kill-child=NOPE", "--kill-child=", "--kill-child=SIG", "--kill-child=RTMIN+40",
		"-T --monotonic=x", "-T --monotonic=", "-T --boottime=0x5", "-T --monotonic=99999999999999999999", "-T --boottime=-99999999999999999999",
		"-r --setgroups=allow", "--map-group=0 --setgroups=allow --bogus", "--setgroups=allow -c",
	} {
		status, want := runPeer(tool, words(args))
		got, _, errout := run(words(args))
		if got != status || withoutLater(errout) != want {
			t.Errorf("%s: status %d,\n%sbut util-linux %d,\n%s", args, got, errout, status, want)
		}
	}
}

// TestPeerAbbreviations compares what the beginnings of all long names are taken
// for. A wrong option follows, so that nothing is ever done; the one before it
// is for options that take it as an argument. Left out are options that look at
// their argument, or at the system, while the command line is being read.
func TestPeerAbbreviations(t *testing.T) {
	tool := peer(t)
	skip := "help version map-auto map-user map-users map-group map-groups propagation setgroups setuid setgid monotonic boottime " + strings.Join(later, " ")
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

// TestPeerSignals compares which names of signals are known: a known one gets as
// far as the wrong option.
func TestPeerSignals(t *testing.T) {
	tool := peer(t)
	for _, name := range []string{
		"HUP", "hup", "SIGINT", "sigquit", "ILL", "TRAP", "ABRT", "IOT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CLD",
		"CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "POLL", "PWR", "SYS",
		"RTMIN", "RTMAX", "RTMIN+1", "SIGRTMIN+2", "rtmin+30", "RTMAX-1", "RTMAX-30", "RTMIN+31", "RTMIN+", "RTMIN1",
		"UNUSED", "EMT", "LOST", "INFO", "0", "9", "SIG", "", "NULL", "SIGSIGTERM", "TER", "TERMX",
	} {
		args := []string{"--kill-child=" + name, "--bogus"}
		_, want := runPeer(tool, args)
		if _, _, errout := run(args); errout != want {
			t.Errorf("%s: %sbut util-linux %s", name, errout, want)
		}
	}
}
