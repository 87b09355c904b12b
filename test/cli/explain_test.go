package cli

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// explained is a failure provoked for real on the built isle: a script for
// /bin/sh sets up the world with util-linux, as root, and the message must name
// the true cause.
type explained struct {
	name, script string
	status       int
	says         []string
}

const (
	// nobody has no name, no subordinate ids and no privileges.
	nobody = "setpriv --reuid=12345 --regid=12345 --clear-groups "
	// subordinate gives nobody ids, in a mount namespace of the script's own.
	subordinate = "mount --make-rprivate /; echo 12345:200000:65536 >ids; mount --bind ids /etc/subuid; mount --bind ids /etc/subgid; "
)

// denying is a profile that refuses some system calls.
func denying(calls string) string {
	return `echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["` + calls + `"],"action":"SCMP_ACT_ERRNO","errnoRet":1}]}' >deny.json; ` +
		"isle run --cap-add ALL --seccomp deny.json -- "
}

func TestExplainedNamespaces(t *testing.T) {
	explain(t, []explained{
		{"an unmapped user id", "exec unshare -U isle unshare -U true", 1,
			[]string{"unshare failed: Operation not permitted", "this process's user id has no mapping"}},
		{"a chroot", "mkdir proc; cp $(command -v isle) isle; mount -t proc proc proc; exec chroot . /isle unshare -U /isle", 1,
			[]string{"this process runs in a chroot", "pivot_root"}},
		{"a limit of 0", "exec unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_uts_namespaces; isle unshare -u true'", 1,
			[]string{"No space left on device", "allows no uts namespaces (user.max_uts_namespaces=0)", "sysctl -w user.max_uts_namespaces"}},
		{"a limit of an outer namespace", "exec unshare -Ur sh -c 'echo 1 >/proc/sys/user/max_user_namespaces; unshare -Ur isle unshare -Ur true'", 1,
			[]string{"No space left on device", "nested as deep as the kernel allows (32)", "outer user namespace"}},
		{"nested too deep", "echo 'exec isle unshare -Ur sh deep' >deep; sh deep", 1,
			[]string{"No space left on device", "nested as deep as the kernel allows (32)"}},
		{"no privilege", nobody + "isle unshare -n true", 1,
			[]string{"creating a net namespace needs CAP_SYS_ADMIN", "--user --map-root-user"}},
		{"a filter on clone3", denying("clone3") + "isle unshare -Urf true", 1,
			[]string{"Operation not permitted", "a seccomp filter on this process refuses clone3"}},
		{"a filter on unshare", denying("unshare") + "isle unshare -Ur true", 1,
			[]string{"a seccomp filter on this process refuses unshare"}},
		{"a filter on mount", denying("mount") + "isle run true", 125,
			[]string{"a seccomp filter on this process refuses mount"}},
		{"a clock below zero", "exec isle unshare -T --monotonic=-99999999999 true", 1,
			[]string{"Numerical result out of range", "the clock monotonic below zero"}},
		{"no proc", "mkdir -p dev; cp $(command -v isle) isle; exec chroot . /isle unshare -T --boottime=5 /isle", 1,
			[]string{"no proc file system is mounted"}},
	})
}

func TestExplainedIDMaps(t *testing.T) {
	explain(t, []explained{
		{"no subordinate ids", nobody + "isle unshare --map-users=0:12345:1 --map-users=1:200001:1 true", 1,
			[]string{"newuidmap failed", "user 12345 has no subordinate ids", "usermod --add-subuids"}},
		{"an id outside the range", subordinate + nobody + "isle unshare --map-users=0:100000:5 true", 1,
			[]string{"the id 100000 to be mapped is not among the subordinate ids"}},
		{"a group id outside the range", subordinate + nobody + "isle unshare --map-groups=0:100000:5 true", 1,
			[]string{"newgidmap failed", "the id 100000 to be mapped is not among the subordinate ids that /etc/subgid"}},
		{"newuidmap without privileges", subordinate + "cp $(command -v newuidmap) nu; chmod 755 nu; mount --bind nu $(command -v newuidmap); exec " + nobody + "isle unshare --map-auto true", 1,
			[]string{"is neither set-user-id nor has file capabilities", "setcap cap_setuid=ep"}},
		{"newuidmap on nosuid", subordinate + "d=$(dirname $(command -v newuidmap)); mount --bind $d $d; mount -o remount,bind,nosuid $d; exec " + nobody + "isle unshare --map-auto true", 1,
			[]string{"is on a file system mounted nosuid"}},
		{"newuidmap under no_new_privs", subordinate + "exec setpriv --no-new-privs " + nobody[len("setpriv "):] + "isle unshare --map-auto true", 1,
			[]string{"no_new_privs is set"}},
		{"newuidmap for a user without a name", subordinate + nobody + "isle unshare --map-auto true", 1,
			[]string{"user 12345 has no name in /etc/passwd"}},
		{"newuidmap missing", subordinate + "mount --bind /dev/null $(command -v newuidmap); exec " + nobody + "isle unshare --map-auto true", 1,
			[]string{"newuidmap", "is not installed", "uidmap (Debian, Ubuntu)"}},
		{"root mapped without CAP_SETFCAP", "exec unshare -Ur setpriv --bounding-set -setfcap --inh-caps -setfcap isle unshare --map-users 0:0:1 true", 1,
			[]string{"mapping the outer user 0 needs CAP_SETFCAP"}},
		{"setgroups denied", nobody + "isle unshare -Ur -G 5 true", 1,
			[]string{"setgroups is denied for good in that user namespace"}},
		{"an unmapped id", "exec isle unshare -Ur -S 5 true", 1,
			[]string{"setuid() failed: Invalid argument", "the id does not exist in the process's user namespace"}},
		{"setuid without privilege", nobody + "isle unshare -S 0 true", 1,
			[]string{"it needs CAP_SETUID"}},
	})
}

func explain(t *testing.T, list []explained) {
	needRoot(t)
	needUserNamespaces(t)
	for _, e := range list {
		t.Run(e.name, func(t *testing.T) {
			if strings.Contains(e.script, "newuidmap") {
				if _, err := exec.LookPath("newuidmap"); err != nil {
					t.Skip("there is no newuidmap here")
				}
			}
			e.run(t)
		})
	}
}

// run runs the script in an empty directory that anybody may enter, in a mount
// namespace that ends with it.
func (e explained) run(t *testing.T) {
	dir, err := os.MkdirTemp("", "isle-explain-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + alone + ":" + os.Getenv("PATH") + "; "
	r := run(t, "", "unshare", "--mount", "--wd="+dir, "sh", "-c", path+e.script)
	if r.status.ExitStatus() != e.status {
		t.Errorf("status %d, want %d", r.status.ExitStatus(), e.status)
	}
	for _, s := range e.says {
		if !strings.Contains(r.err, s) {
			t.Errorf("it does not say %q:\n%s", s, r.err)
		}
	}
}
