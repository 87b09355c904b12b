package nsenter

import (
	"strings"
	"testing"
)

const try = "Try 'nsenter --help' for more information.\n"

// words splits at blanks; ” stands for an empty word.
func words(s string) []string {
	args := strings.Fields(s)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "''", "")
	}
	return args
}

func TestMessages(t *testing.T) {
	const tooLarge = "Numerical result out of range\n"
	for _, test := range []struct{ args, want string }{
		{"--bogus", "unrecognized option '--bogus'\n" + try},
		{"-x", "invalid option -- 'x'\n" + try},
		{"-t", "option requires an argument -- 't'\n" + try},
		{"--target", "option '--target' requires an argument\n" + try},
		{"--all=1", "option '--all' doesn't allow an argument\n" + try},
		{"--n", "option '--n' is ambiguous; possibilities: '--net' '--net-socket' '--no-fork'\n" + try},
		{"--use", "option '--use' is ambiguous; possibilities: '--user' '--user-parent'\n" + try},
		{"--follow-context", "unrecognized option '--follow-context'\n" + try},

		{"", "no namespace specified\n"},
		{"true", "no namespace specified\n"},
		{"-t 1 true", "no namespace specified\n"},
		{"-t 1 -r -w -e", "no namespace specified\n"},
		{"-S 5", "no namespace specified\n"},
		{"-m", "no target PID specified\n"},
		{"-a", "no target PID specified\n"},
		{"-N 3", "no target PID specified\n"},
		{"--user-parent", "no target PID specified\n"},
		{"--user=/x --user-parent", "no target PID specified\n"},
		{"-u/x -m", "no target PID specified\n"},
		{"-n /run/x -t 1", "no target PID specified\n"}, // /run/x is the program
		{"-u/x -r", "neither filename nor target pid supplied for root\n"},
		{"-u/x -w", "neither filename nor target pid supplied for cwd\n"},
		{"-u/x -e", "neither filename nor target pid supplied for environ\n"},
		{"-u/x -c", "neither filename nor target pid supplied for cgroup\n"},
		{"-u/x -S follow", "no target PID specified\n"},
		{"-u/x -G follow", "no target PID specified\n"},

		{"-t x", "failed to parse PID argument 'x': Invalid argument\n"},
		{"-t ''", "failed to parse PID argument '': Invalid argument\n"},
		{"-t 1x", "failed to parse PID argument '1x': Invalid argument\n"},
		{"-t 1:", "failed to parse PID argument '1:': Invalid argument\n"},
		{"-t 1:2:3", "failed to parse PID argument '1:2:3': Invalid argument\n"},
		{"-t 0", "failed to parse PID argument '0': " + tooLarge},
		{"-t -1", "failed to parse PID argument '-1': " + tooLarge},
		{"-t 4294967297", "failed to parse PID argument '4294967297': " + tooLarge},
		{"-t 1:0", "failed to parse PID argument '1:0': " + tooLarge},
		{"-t 1:18446744073709551616", "failed to parse PID argument '1:18446744073709551616': " + tooLarge},
		{"-t 1 -t 1 -m", "option --target may be given only once\n"},
		{"-t 1 --target x", "option --target may be given only once\n"},

		{"-m:x", "failed to parse nsid: x\n"},
		{"--mount=:", "failed to parse nsid: \n"},
		{"-m=:18446744073709551616", "failed to parse nsid: 18446744073709551616\n"},
		{"--mount=", "cannot open : No such file or directory\n"},
		{"-m=", "cannot open : No such file or directory\n"},
		{"--root=", "cannot open : No such file or directory\n"},
		{"-w=", "cannot open : No such file or directory\n"},
		{"--wdns=", "cannot open current working directory: No such file or directory\n"},
		{"-N x", "failed to parse file descriptor: 'x'\n"},
		{"-N=3", "failed to parse file descriptor: '=3'\n"},
		{"-N 2147483648", "failed to parse file descriptor: '2147483648': " + tooLarge},

		{"-S x", "failed to parse uid: 'x'\n"},
		{"-S 4294967297", "failed to parse uid: '4294967297': " + tooLarge},
		{"-G Follow", "failed to parse gid: 'Follow'\n"},
		{"-G 4294967295", "failed to parse gid: '4294967295': " + tooLarge},
		{"-w -W", "options --wd and --wdns cannot be combined\n"},
		{"--wdns=/x -w", "options --wdns and --wd cannot be combined\n"},
		{"-W -w/x --bogus", "options --wdns and --wd cannot be combined\n"},
		{"--dry-run=x", "unknown form \"x\" of a dry run: it is one of steps, shell, syscalls, json\n"},
	} {
		want := "nsenter: " + test.want
		if status, out, errout := run(words(test.args)); status != 1 || out != "" || errout != want {
			t.Errorf("%s: status %d, stdout %q, stderr\n%swant\n%s", test.args, status, out, errout, want)
		}
	}
}

// TestContext checks that an option which is known and not built in gets nothing
// but the pointer to help.
func TestContext(t *testing.T) {
	if status, out, errout := run([]string{"-t", "1", "-uZ", "-Z", "true"}); status != 1 || out != "" || errout != try {
		t.Errorf("status %d, stdout %q, stderr %q", status, out, errout)
	}
}
