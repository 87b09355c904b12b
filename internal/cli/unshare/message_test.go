package unshare

import (
	"strings"
	"testing"
)

const try = "Try 'unshare --help' for more information.\n"

// words splits at blanks; ” stands for an empty word.
func words(s string) []string {
	args := strings.Fields(s)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "''", "")
	}
	return args
}

func TestMessages(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"--bogus", "unrecognized option '--bogus'\n" + try},
		{"-x", "invalid option -- 'x'\n" + try},
		{"-m=/x", "invalid option -- '='\n" + try},
		{"-S", "option requires an argument -- 'S'\n" + try},
		{"--map-user", "option '--map-user' requires an argument\n" + try},
		{"--fork=1", "option '--fork' doesn't allow an argument\n" + try},
		{"--forw=1", "option '--forward-signals' doesn't allow an argument\n" + try},
		{"--map-u", "option '--map-u' is ambiguous; possibilities: '--map-user' '--map-users'\n" + try},

		{"-S x", "failed to parse uid: 'x'\n"},
		{"-S 4294967297", "failed to parse uid: '4294967297': Numerical result out of range\n"},
		{"-S 4294967295", "failed to parse uid: '4294967295': Numerical result out of range\n"},
		{"-G -1", "failed to parse gid: '-1': Numerical result out of range\n"},
		{"-G 0x10", "failed to parse gid: '0x10'\n"},
		{"--map-user=no-such-user", "failed to parse uid 'no-such-user': Invalid argument\n"},
		{"--map-user=''", "failed to parse uid '': Invalid argument\n"},
		{"--map-user=4294967296", "failed to parse uid '4294967296': Numerical result out of range\n"},
		{"--map-group=no-such-group", "failed to parse gid 'no-such-group': Invalid argument\n"},
		{"--map-users=1:2", "invalid mapping '1:2': not inside:outside:count, auto, subids or all\n"},
		{"--map-groups=1:2:x", "invalid mapping '1:2:x': id \"x\" is not a decimal number\n"},
		{"--map-users=0:0:4294967297", "invalid mapping '0:0:4294967297': id \"4294967297\" is too large: the last one is 4294967294\n"},
		{"--owner=5", "failed to parse owner: '5'\n"},
		{"--owner=5:4294967296", "failed to parse owner: '5:4294967296': Numerical result out of range\n"},
		{"--owner=5:6:7", "failed to parse owner: '5:6:7'\n"},

		{"--setgroups=x", "unsupported --setgroups argument 'x'\n"},
		{"--setgroups=''", "unsupported --setgroups argument ''\n"},
		{"--propagation=x", "unsupported propagation mode: x\n"},
		{"--propagation %d", "unsupported propagation mode: %d\n"},
		{"--kill-child=15", "unknown signal: 15\n"},
		{"--kill-child=''", "unknown signal: \n"},
		{"--kill-child=RTMIN+31", "unknown signal: RTMIN+31\n"},
		{"--monotonic=x -T", "failed to parse monotonic offset: 'x'\n"},
		{"--boottime=9223372036854775808 -T", "failed to parse boottime offset: '9223372036854775808': Numerical result out of range\n"},
		{"--dry-run=x", "unknown form \"x\" of a dry run: it is one of steps, shell, syscalls, json\n"},

		{"--monotonic=1", "options --monotonic and --boottime require unsharing of a time namespace (-T)\n"},
		{"-U --boottime=1 true", "options --monotonic and --boottime require unsharing of a time namespace (-T)\n"},
		{"--map-group=1 --setgroups=allow", "options --setgroups=allow and --map-group are mutually exclusive\n"},
		{"--setgroups=allow -r", "options --setgroups=allow and --map-group are mutually exclusive\n"},
		{"--setgroups=allow -r --map-users=all", "options --setgroups=allow and --map-group are mutually exclusive\n"},

		{"--mount=", "mount the mount namespace on : No such file or directory\n"},
		{"--mount-proc=", "mount  failed: No such file or directory\n"},
		{"--mount-binfmt=", "mount  failed: No such file or directory\n"},
		{"-R ''", "cannot change root directory to '': No such file or directory\n"},
		{"-w ''", "cannot change directory to : No such file or directory\n"},
		{"-l ''", "invalid binary format ''\n"},
	} {
		want := "unshare: " + test.want
		if status, out, errout := run(words(test.args)); status != 1 || out != "" || errout != want {
			t.Errorf("%s: status %d, stdout %q, stderr\n%swant\n%s", test.args, status, out, errout, want)
		}
	}
}

// TestMessagesNameTheCommandAsCalled checks that no message has the name built in.
func TestMessagesNameTheCommandAsCalled(t *testing.T) {
	if _, err := Parse("isle unshare", []string{"-h"}); !strings.HasPrefix(err.Error(), "Usage: isle unshare ") {
		t.Errorf("help begins %.40q", err)
	}
	if _, err := Parse("isle unshare", []string{"-V"}); !strings.HasPrefix(err.Error(), "isle unshare from isle ") {
		t.Errorf("version is %q", err)
	}
}
