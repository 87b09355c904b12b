package oci_test

import (
	"fmt"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

const tellCapabilities = "grep -E '^Cap' /proc/self/status | tr -s '\\t\\n' ' '"

// sets writes the five sets as the kernel does.
func sets(inheritable, permitted, effective, bounding, ambient uint64) string {
	return fmt.Sprintf("CapInh: %016x CapPrm: %016x CapEff: %016x CapBnd: %016x CapAmb: %016x", inheritable, permitted, effective, bounding, ambient)
}

// TestCapabilities looks at the sets that the program has after its execution:
// of user 0 all that are bounding or inheritable, of others the ambient ones
// (capabilities(7)).
func TestCapabilities(t *testing.T) {
	t.Parallel()
	const chown, kill, setuid = 1 << 0, 1 << 5, 1 << 7
	three := []string{"CAP_CHOWN", "CAP_KILL", "CAP_SETUID"}
	for _, c := range []struct {
		name string
		caps *specs.LinuxCapabilities
		root string // as user 0
		user string // as user 1000
	}{
		{"none", nil, sets(0, 0, 0, 0, 0), sets(0, 0, 0, 0, 0)},
		{"empty", &specs.LinuxCapabilities{}, sets(0, 0, 0, 0, 0), sets(0, 0, 0, 0, 0)},
		{"three", &specs.LinuxCapabilities{Bounding: three, Effective: three, Permitted: three},
			sets(0, chown|kill|setuid, chown|kill|setuid, chown|kill|setuid, 0), sets(0, 0, 0, chown|kill|setuid, 0)},
		{"ambient", &specs.LinuxCapabilities{Bounding: three, Effective: three[:2], Permitted: three, Inheritable: three, Ambient: three[1:2]},
			sets(chown|kill|setuid, chown|kill|setuid, chown|kill|setuid, chown|kill|setuid, kill), sets(chown|kill|setuid, kill, kill, chown|kill|setuid, kill)},
		{"bounding only", &specs.LinuxCapabilities{Bounding: three[:1]}, sets(0, chown, chown, chown, 0), sets(0, 0, 0, chown, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for uid, want := range map[uint32]string{0: c.root, 1000: c.user} {
				got := says(t, tellCapabilities, func(s *specs.Spec) {
					s.Process.User = specs.User{UID: uid, GID: uid}
					s.Process.Capabilities, s.Process.NoNewPrivileges = c.caps, false
				})
				same(t, fmt.Sprint("as ", uid), strings.TrimSpace(got), want)
			}
		})
	}
}

// TestUnknownCapabilities are passed over with a warning, as the specification
// has it.
func TestUnknownCapabilities(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { capabilities(s, "CAP_KILL", "CAP_FLY"); script(s, tellCapabilities) })
	r := b.oci("run", b.id)
	same(t, "sets", strings.TrimSpace(r.out), sets(0, 1<<5, 1<<5, 1<<5, 0))
	has(t, r.err, "warning", "CAP_FLY")
}

func TestUser(t *testing.T) {
	t.Parallel()
	out := says(t, "id -u; id -g; id -G; umask; echo $HOME; grep -E '^(Uid|Gid|Groups)' /proc/self/status | tr -s '\\t' ' ' | sed 's/ $//'", func(s *specs.Spec) {
		s.Process.User = specs.User{UID: 1000, GID: 1001, AdditionalGids: []uint32{5, 70000, 6}, Umask: ptr(uint32(0o027))}
	})
	same(t, "ids", out, "1000\n1001\n1001 5 6 70000\n0027\n/\nUid: 1000 1000 1000 1000\nGid: 1001 1001 1001 1001\nGroups: 5 6 70000")
}

// TestUserDefaults drops the groups that isle was started with.
func TestUserDefaults(t *testing.T) {
	t.Parallel()
	out := says(t, "grep ^Groups /proc/self/status | tr -s '\\t' ' '; umask", nil)
	same(t, "groups and umask", out, "Groups: \n0022")
}

func TestHome(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "echo $HOME"); s.Process.User.UID = 12 })
	must(t, writeFile(b.rootfs()+"/etc/passwd", "root:x:0:0::/root:/bin/sh\ntwelve:x:12:12::/home/twelve:/bin/sh\n"))
	same(t, "home", b.run(), "/home/twelve\n")
	b.change(func(s *specs.Spec) { s.Process.Env = append(s.Process.Env, "HOME=/own") })
	same(t, "home", b.run(), "/own\n")
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	out := says(t, "env | sort", func(s *specs.Spec) { s.Process.Env = []string{"PATH=/bin", "HOME=/", "A=1", "B=x y=z", "EMPTY="} })
	same(t, "environment", out, "A=1\nB=x y=z\nEMPTY=\nHOME=/\nPATH=/bin\nPWD=/\nSHLVL=1")
}

func TestNoNewPrivileges(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		out := says(t, "grep NoNewPrivs /proc/self/status", func(s *specs.Spec) { s.Process.NoNewPrivileges = on })
		same(t, "status", out, map[bool]string{true: "NoNewPrivs:\t1", false: "NoNewPrivs:\t0"}[on])
	}
}

func TestCwd(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { s.Process.Cwd = "/made/by/isle"; script(s, "pwd; stat -c '%a %u' .") })
	same(t, "made", b.run(), "/made/by/isle\n755 0\n")
	b.change(func(s *specs.Spec) { s.Process.Cwd = "/bin/busybox" })
	b.bad([]string{"/bin/busybox"}, "run", b.id)
	b.change(func(s *specs.Spec) { s.Process.Cwd = "relative" })
	b.bad([]string{".process.cwd"}, "run", b.id)
	// The user may enter it, though root may not without capabilities.
	b.change(func(s *specs.Spec) { s.Process.Cwd = "/proc/self/fd"; s.Process.User.UID = 1000; script(s, "true") })
	b.oci("run", b.id)
}

func TestKeyring(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { s.Process.Args = []string{"probe", "keyring"} })
	has(t, b.run(), ";_ses."+b.id+" <nil>")
	out := b.good("run", "--no-new-keyring", b.id)
	if strings.Contains(out, "_ses."+b.id) {
		t.Error(out)
	}
}
