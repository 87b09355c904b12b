package feature

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// TestLimits lowers each limit to 0 in a user namespace of its own, and sees the
// probe name it, and its remedy mend it.
func TestLimits(t *testing.T) {
	needUserNamespaces(t)
	for _, p := range []*Probe{UserNamespaces, CgroupNamespaces, IPCNamespaces, UTSNamespaces, NetNamespaces, PIDNamespaces, MountNamespaces, TimeNamespaces} {
		limit := "user.max_" + ns.Kind(p.question.(creates)).File() + "_namespaces"
		lower := "echo 0 >/proc/sys/" + strings.ReplaceAll(limit, ".", "/")
		f := in(t, lower, "--map-root-user")[p.Name]
		fix := "sysctl -w " + limit + "=15000"
		if !f.No || f.Reason != limit+" is 0" || !slices.Equal(f.Fix, []string{fix}) {
			t.Errorf("%s: %v", p.Name, f)
			continue
		}
		if _, err := exec.LookPath("sysctl"); err != nil {
			t.Logf("%s: no sysctl here to try %q with", p.Name, fix)
			continue
		}
		if f := in(t, lower+"\n"+fix+" >&2", "--map-root-user")[p.Name]; !f.yes() {
			t.Errorf("%s after %q: %v", p.Name, fix, f)
		}
	}
}

// TestLimitReached leaves room for one network namespace and takes it.
func TestLimitReached(t *testing.T) {
	needUserNamespaces(t)
	script := `echo 1 >/proc/sys/user/max_net_namespaces
exec unshare --net -- "$0"`
	f := in(t, script, "--map-root-user")[NetNamespaces.Name]
	if !f.No || !strings.Contains(f.Reason, "user.max_net_namespaces is 1 here") || !slices.Equal(f.Fix, []string{"sysctl -w user.max_net_namespaces=2"}) {
		t.Error(f)
	}
}

// TestNoUserNamespace is a process without capabilities where user namespaces are forbidden:
// nothing is known of the others then.
func TestNoUserNamespace(t *testing.T) {
	needUserNamespaces(t)
	script := `echo 0 >/proc/sys/user/max_user_namespaces
exec setpriv --bounding-set=-all --inh-caps=-all -- "$0"`
	answers := in(t, script, "--map-root-user")
	if f := answers[UserNamespaces.Name]; !f.No || f.Reason != "user.max_user_namespaces is 0" || !f.Needed {
		t.Error(f)
	}
	if f := answers[UserNamespacesForAll.Name]; !f.No || f.Fix[0] != "sysctl -w user.max_user_namespaces=15000" {
		t.Error(f)
	}
	if f := answers[NetNamespaces.Name]; f.Err == "" || !strings.Contains(f.Err, "takes a user namespace") {
		t.Error(f)
	}
}

// TestNesting counts one level less in every user namespace.
func TestNesting(t *testing.T) {
	needUserNamespaces(t)
	outside := nesting()
	f := in(t, "", "--map-root-user")[UserNamespaceNesting.Name]
	if outside < 3 || f.Detail != levels(outside-1) {
		t.Errorf("%d levels outside, inside %v", outside, f)
	}
}

// TestCoveredProc hides a part of /proc, as container engines do.
func TestCoveredProc(t *testing.T) {
	needUserNamespaces(t)
	f := in(t, "mount -t tmpfs tmpfs /proc/sys/kernel", "--map-root-user", "--mount")[UserProc.Name]
	if !f.No || f.Reason != "mounts cover /proc/sys/kernel here, as in most containers" {
		t.Error(f)
	}
	if f := in(t, "", "--map-root-user", "--mount")[UserProc.Name]; !f.yes() {
		t.Error(f)
	}
}

// TestChroot changes into a root that is no mount.
func TestChroot(t *testing.T) {
	needUserNamespaces(t)
	script := `cd "${0%/*}"
for dir in proc usr lib lib64; do
	[ ! -d /$dir ] || { mkdir $dir; mount --rbind /$dir $dir; }
done
exec chroot . "/${0##*/}"`
	f := in(t, script, "--map-root-user", "--mount")[UserNamespaces.Name]
	if !f.No || !strings.Contains(f.Reason, "chroot") {
		t.Error(f)
	}
}

// TestFilter has a seccomp filter answer for the kernel, which must not be
// taken for its word.
func TestFilter(t *testing.T) {
	cmd := exec.Command(program(t))
	cmd.Env = append(os.Environ(), filterVariable+"=1")
	answers := listen(t, cmd)
	if f := answers[Clone3.Name]; !strings.Contains(f.Err, "seccomp") {
		t.Error(f)
	}
	if f := answers[UserNamespaces.Name]; !strings.Contains(f.Err, "seccomp") {
		t.Error(f)
	}
	if f := answers[Unfiltered.Name]; !f.No {
		t.Error(f)
	}
	if f := answers[MountSetattr.Name]; !f.yes() {
		t.Error(f)
	}
}

// TestMemfdNoexec forbids executable memfds in a pid namespace of its own.
func TestMemfdNoexec(t *testing.T) {
	needRoot(t)
	if _, ok := sysctl("vm.memfd_noexec"); !ok {
		t.Skip("no vm.memfd_noexec")
	}
	script := "echo 2 >/proc/sys/vm/memfd_noexec"
	f := in(t, script, "--pid", "--fork", "--mount-proc")[MemfdExec.Name]
	if !f.No || f.Reason != "vm.memfd_noexec is 2" {
		t.Fatal(f)
	}
	if f := in(t, script+"\n"+f.Fix[0]+" >&2", "--pid", "--fork", "--mount-proc")[MemfdExec.Name]; !f.yes() {
		t.Error(f)
	}
}

// TestDevices takes the devices' permission, then the devices, away in a mount
// namespace.
func TestDevices(t *testing.T) {
	needRoot(t)
	f := in(t, "mount -t tmpfs tmpfs /dev", "--mount")
	if fuse := f[Fuse.Name]; !fuse.No || !slices.Equal(fuse.Fix, []string{"modprobe fuse"}) && fuse.Reason != "this kernel was built without CONFIG_FUSE_FS" {
		t.Error(fuse)
	}
	if unix.Access("/dev/net/tun", unix.F_OK) != nil {
		t.Skip("no /dev/net/tun")
	}
	script := `mount -t tmpfs tmpfs /dev; mkdir /dev/net; mknod /dev/net/tun c 10 200; chmod 600 /dev/net/tun
exec setpriv --reuid 65534 --clear-groups --inh-caps=-all -- "$0"`
	tun := in(t, script, "--mount")[Tun.Name]
	if !tun.No || !strings.Contains(tun.Reason, "mode 0600") || tun.Fix[0] != "chmod a+rw /dev/net/tun" {
		t.Error(tun)
	}
}

// TestHelper asks about copies of a program with each sort of privilege.
func TestHelper(t *testing.T) {
	needRoot(t)
	const name = "isle-test-helper"
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	t.Setenv("PATH", dir)
	h := helper{name, unix.CAP_SETUID}
	check := func(want, fix string) {
		t.Helper()
		f := look(&Probe{Name: name, question: h})
		if f.yes() != (fix == "") || !strings.Contains(f.String(), want) || fix != "" && !slices.Contains(f.Fix, fix) {
			t.Errorf("want %q and fix %q, got %v", want, fix, f)
		}
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check("not installed", install())
	do(os.WriteFile(path, nil, 0o600))
	check("not executable", "chmod 4755 "+path)
	do(os.Chmod(path, 0o755))
	check("neither", "chmod u+s "+path)
	do(os.Chmod(path, 0o755|os.ModeSetuid))
	check("set-user-ID root", "")
	do(os.Chmod(path, 0o755))
	do(unix.Setxattr(path, "security.capability", capabilities(1<<unix.CAP_SETGID), 0))
	check("not the one it needs", "chmod u+s "+path)
	do(unix.Setxattr(path, "security.capability", capabilities(1<<unix.CAP_SETUID), 0))
	check("file capabilities", "")
}

func capabilities(permitted byte) []byte {
	value := make([]byte, 20)
	value[0], value[3], value[4] = 1, 2, permitted
	return value
}

// TestHelperNosuid puts newuidmap's mount under nosuid.
func TestHelperNosuid(t *testing.T) {
	needRoot(t)
	if err := Newuidmap.Err(); err != nil {
		t.Skip(err)
	}
	script := "mount --bind /usr/bin /usr/bin; mount -o remount,bind,nosuid /usr/bin"
	f := in(t, script, "--mount")[Newuidmap.Name]
	if !f.No || !slices.Equal(f.Fix, []string{"mount -o remount,suid /usr/bin"}) {
		t.Fatal(f)
	}
	if f := in(t, script+"\n"+f.Fix[0], "--mount")[Newuidmap.Name]; !f.yes() {
		t.Error(f)
	}
}

// TestSubordinate gives /etc/subuid other contents in a mount namespace.
func TestSubordinate(t *testing.T) {
	needRoot(t)
	put := func(line string) string {
		return "d=${0%/*}; echo " + line + " >$d/subuid; touch /etc/subuid; mount --bind $d/subuid /etc/subuid"
	}
	if unix.Access("/etc/subuid", unix.F_OK) != nil {
		t.Skip("no /etc/subuid to cover")
	}
	if f := in(t, put("0:200000:65536"), "--mount")[Subuids.Name]; f.Detail != "200000-265535" {
		t.Error(f)
	}
	f := in(t, put("someone:200000:65536"), "--mount")[Subuids.Name]
	if !f.No || f.Fix[0] != "usermod --add-subuids 265536-331071 root" {
		t.Error(f)
	}
}
