package oci_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// ordinary is a user without privileges: one that nobody is. As another than
// root, it is the tester.
func ordinary(t *testing.T) int {
	t.Helper()
	uid := 54321
	if os.Geteuid() != 0 {
		uid = os.Geteuid()
	}
	cmd := exec.Command(filepath.Join(ownDir, "busybox"), "unshare", "-U", "true")
	asUser(cmd, uid)
	if err := cmd.Run(); err != nil {
		t.Skip("an ordinary user may make no user namespace here: ", err)
	}
	return uid
}

func asUser(cmd *exec.Cmd, uid int) {
	if os.Geteuid() != 0 {
		return
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}
	cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR=", "HOME=/")
}

// rootless is a bundle of an ordinary user's, which is mapped to root and no
// one else.
func rootless(t *testing.T, change func(s *specs.Spec)) (b *bundle, by func(args ...string) result) {
	t.Helper()
	uid := ordinary(t)
	b = bundleOf(t, func(s *specs.Spec) {
		mapped(s, specs.LinuxIDMapping{ContainerID: 0, HostID: uint32(uid), Size: 1})
		s.Linux.Resources, s.Linux.CgroupsPath = nil, ""
		for i := range s.Mounts {
			if s.Mounts[i].Type == "devpts" { // gid=5 is mapped to no one
				s.Mounts[i].Options = []string{"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"}
			}
		}
		if change != nil {
			change(s)
		}
	})
	if os.Geteuid() == 0 {
		must(t, filepath.WalkDir(filepath.Dir(b.dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Type().IsRegular() { // programs are everybody's
				return err
			}
			return os.Lchown(path, uid, uid)
		}))
	}
	return b, func(args ...string) result {
		t.Helper()
		cmd := b.command(args...)
		asUser(cmd, uid)
		return finish(t, cmd)
	}
}

// TestRootless runs a container as an ordinary user, to whom no cgroup is delegated.
func TestRootless(t *testing.T) {
	t.Parallel()
	b, by := rootless(t, func(s *specs.Spec) {
		script(s, "id -u; tr -s ' ' </proc/self/uid_map; cat /proc/self/setgroups; hostname; touch /tmp/made; echo x >/dev/null && echo null; cat /proc/self/mountinfo")
	})
	r := by("run", b.id)
	same(t, "status", r.code, 0)
	has(t, r.out, "0\n 0 ", " 1\ndeny\nisle\nnull\n")
	has(t, at(t, mountsIn(r.out), "/dev/null").kind, "tmpfs")
	var st unix.Stat_t
	must(t, unix.Stat(b.rootfs()+"/tmp/made", &st))
	same(t, "owner", int(st.Uid), ordinary(t))
	if t.Failed() {
		t.Log(r)
	}
}

// TestRootlessLife follows a container through all verbs of an ordinary user's.
func TestRootlessLife(t *testing.T) {
	t.Parallel()
	b, by := rootless(t, func(s *specs.Spec) { s.Process.Args = []string{"sleep", "1000"} })
	for _, words := range []string{"create ID", "start ID", "exec ID id -u", "list", "kill ID KILL"} {
		if r := by(b.words(words)...); r.code != 0 {
			t.Fatalf("%s: %v", words, r)
		}
	}
	await(t, "it stops", func() bool { return strings.Contains(by("state", b.id).out, `"stopped"`) })
	r := by("delete", b.id)
	same(t, "delete", r, result{})
	same(t, "left", len(b.left()), 0)
}

// TestRootlessRefusals names what an ordinary user may not ask for.
func TestRootlessRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(s *specs.Spec)
		says   string
	}{
		{"a limit", func(s *specs.Spec) {
			s.Linux.Resources = &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(10))}}
			s.Linux.CgroupsPath = "/isle-test-of-an-ordinary-user"
		}, "cgroup"},
		{"ids of others", func(s *specs.Spec) { mapped(s, specs.LinuxIDMapping{HostID: 4000000000, Size: 10}) }, "map"},
		{"a user that is not mapped", func(s *specs.Spec) { s.Process.User.UID = 5 }, "5"},
		{"no user namespace", func(s *specs.Spec) {
			without(s, specs.UserNamespace)
			s.Linux.UIDMappings, s.Linux.GIDMappings = nil, nil
		}, "ermi"},
	} {
		b, by := rootless(t, c.change)
		r := by("run", b.id)
		if r.code == 0 {
			t.Errorf("%s: it ran", c.name)
		}
		has(t, r.err, c.says)
		same(t, c.name+": left", len(b.left()), 0)
	}
}
