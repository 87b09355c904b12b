package oci_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// running is a container that runs and waits to be executed in.
func running(t *testing.T, change func(s *specs.Spec)) *bundle {
	t.Helper()
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"sleep", "1000"}
		if change != nil {
			change(s)
		}
	})
	b.good("run", "--detach", b.id)
	return b
}

// exec executes lines of shell in the container, with options.
func (b *bundle) exec(lines string, words ...string) string {
	b.t.Helper()
	return strings.TrimRight(b.good(append(append([]string{"exec"}, words...), b.id, "sh", "-c", lines)...), "\n")
}

func TestExec(t *testing.T) {
	t.Parallel()
	b := running(t, func(s *specs.Spec) {
		s.Process.Env = append(s.Process.Env, "OWN=own")
		s.Process.User = specs.User{UID: 0, GID: 3, AdditionalGids: []uint32{7}}
		s.Process.Cwd = "/tmp"
	})
	same(t, "outputs", b.oci("exec", b.id, "sh", "-c", "echo out; echo err >&2; exit 5"), result{"out\n", "err\n", 5})
	same(t, "killed", b.oci("exec", b.id, "sh", "-c", "kill -9 $$").code, 137)
	same(t, "the process's own", b.exec("pwd; echo $OWN; id -u; id -g; id -G"), "/tmp\nown\n0\n3\n3 7")
	same(t, "cwd", b.exec("pwd", "--cwd", "/etc"), "/etc")
	b.bad([]string{"--cwd"}, "exec", "--cwd", "etc", b.id, "true")
	same(t, "env", b.exec("echo $A $B $OWN", "--env", "A=1", "-e", "B=2 3", "-e", "OWN=new"), "1 2 3 new")
	same(t, "user", b.exec("id -u; id -g", "--user", "1000"), "1000\n3")
	same(t, "user and group", b.exec("id -u; id -g; id -G", "-u", "1000:1001", "-g", "5", "--additional-gids", "6"), "1000\n1001\n1001 5 6 7")
	same(t, "options are those before the id", b.good("exec", b.id, "echo", "-u", "--cwd", "x"), "-u --cwd x\n")
	same(t, "after --", b.good("exec", b.id, "--", "echo", "-n"), "")
	for _, user := range []string{"root", "-1", "4294967295", "4294967296", "1:", ":1", "0x1", " 1", "1 ", "+1", "1:root", ""} {
		b.bad([]string{"--user"}, "exec", "--user="+user, b.id, "true")
	}
	b.bad([]string{"command"}, "exec", b.id)
}

func TestExecCapabilities(t *testing.T) {
	t.Parallel()
	b := running(t, func(s *specs.Spec) { capabilities(s, "CAP_KILL"); s.Process.NoNewPrivileges = false })
	const caps = "grep -E 'Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs' /proc/self/status | tr -d '\\n'"
	const kill, chown = 1 << 5, 1 << 0
	line := func(inheritable, permitted, effective, bounding, ambient uint64, nnp int) string {
		return fmt.Sprintf("CapInh:\t%016xCapPrm:\t%016xCapEff:\t%016xCapBnd:\t%016xCapAmb:\t%016xNoNewPrivs:\t%d", inheritable, permitted, effective, bounding, ambient, nnp)
	}
	same(t, "the container's", b.exec(caps), line(0, kill, kill, kill, 0, 0))
	same(t, "one more", b.exec(caps, "--cap", "CAP_CHOWN"), line(0, kill|chown, kill|chown, kill|chown, 0, 0))
	same(t, "no new privileges", b.exec(caps, "--no-new-privs"), line(0, kill, kill, kill, 0, 1))
	same(t, "another user", b.exec(caps, "--user", "1000"), line(0, 0, 0, kill, 0, 0))
	b.bad([]string{"FLY"}, "exec", "--cap", "CAP_FLY", b.id, "true")
}

func TestExecProcess(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	p := specs.Process{Args: []string{"sh", "-c", "id -u; pwd; echo $A; umask; grep CapEff /proc/self/status; ulimit -n"}, Cwd: "/etc",
		Env: []string{"PATH=/bin", "A=b"}, User: specs.User{UID: 12, GID: 13, Umask: ptr(uint32(0o77))},
		Rlimits: []specs.POSIXRlimit{{Type: "RLIMIT_NOFILE", Soft: 100, Hard: 200}}}
	file := filepath.Join(b.dir, "process.json")
	text, err := json.Marshal(p)
	must(t, err)
	must(t, os.WriteFile(file, text, 0o644))
	same(t, "output", b.good("exec", "--process", file, b.id), "12\n/etc\nb\n0077\nCapEff:\t0000000000000000\n100\n")
	p.Args, p.Cwd = nil, "relative"
	text, err = json.Marshal(p)
	must(t, err)
	must(t, os.WriteFile(file, text, 0o644))
	b.bad([]string{".args", ".cwd"}, "exec", "--process", file, b.id)
}

func TestExecDetached(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	file := filepath.Join(b.dir, "pid")
	b.good("exec", "--detach", "--pid-file", file, b.id, "sleep", "1001")
	text, err := os.ReadFile(file)
	must(t, err)
	pid, err := strconv.Atoi(string(text))
	must(t, err)
	words, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	must(t, err)
	same(t, "command", string(words), "sleep\x001001\x00")
	first, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", b.state().Pid))
	must(t, err)
	groups, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	must(t, err)
	same(t, "cgroups", string(groups), string(first))
	for _, kind := range []string{"pid", "mnt", "net", "ipc", "uts", "cgroup", "user"} {
		theirs, _ := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", b.state().Pid, kind))
		its, _ := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
		same(t, kind, its, theirs)
	}
	b.good("kill", b.id, "KILL")
	await(t, "it ends with the container", func() bool { return syscall.Kill(pid, 0) != nil })
}

func TestExecInputAndDescriptors(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	cmd := b.command("exec", "--preserve-fds", "1", b.id, "sh", "-c", "cat; cat <&3; ls /proc/self/fd | tr '\\n' ' '")
	cmd.Stdin = strings.NewReader("in ")
	name := filepath.Join(b.dir, "three")
	must(t, os.WriteFile(name, []byte("three "), 0o644))
	f, err := os.Open(name)
	must(t, err)
	defer f.Close()
	cmd.ExtraFiles = []*os.File{f, f}
	same(t, "output", finish(t, cmd).out, "in three 0 1 2 3 4 ")
}

func TestExecInCreated(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	b.good("create", b.id)
	same(t, "output", b.exec("echo inside; hostname"), "inside\nisle")
	same(t, "status", b.state().Status, specs.StateCreated)
	b.good("kill", b.id, "KILL")
	b.awaitStatus(specs.StateStopped)
	r := b.bad([]string{"stopped"}, "exec", b.id, "true")
	same(t, "status", r.code, 255)
}

func TestExecPidfdSocket(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	l := listen(t, filepath.Join(b.dir, "pidfd"))
	got := make(chan received, 1)
	go func() { got <- l.receive() }()
	b.good("exec", "--detach", "--pid-file", filepath.Join(b.dir, "pid"), "--pidfd-socket", filepath.Join(b.dir, "pidfd"), b.id, "sleep", "1001")
	r := <-got
	must(t, r.err)
	defer syscall.Close(r.fd)
	pid, err := os.ReadFile(filepath.Join(b.dir, "pid"))
	must(t, err)
	info, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", r.fd))
	must(t, err)
	has(t, string(info), "Pid:\t"+string(pid)+"\n")
}

func TestExecSharesTheContainer(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		namespace(s, specs.UserNamespace, "")
		namespace(s, specs.CgroupNamespace, "")
		namespace(s, specs.TimeNamespace, "")
		s.Linux.UIDMappings = []specs.LinuxIDMapping{{ContainerID: 0, HostID: 100000, Size: 2000}}
		s.Linux.GIDMappings = s.Linux.UIDMappings
		s.Process.Args = []string{"sleep", "1000"}
	})
	must(t, os.Chmod(b.rootfs(), 0o755))
	b.good("run", "-d", b.id)
	for _, kind := range []string{"user", "mnt", "pid", "ipc", "uts", "net", "cgroup", "time"} {
		want, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", b.state().Pid, kind))
		must(t, err)
		same(t, kind, b.exec("readlink /proc/self/ns/"+kind), want)
	}
	same(t, "root", b.exec("id -u; id -g; cat /proc/self/uid_map | tr -s ' '"), "0\n0\n 0 100000 2000")
	same(t, "user", b.exec("id -u", "--user", "1999"), "1999")
	b.bad(nil, "exec", "--user", "2000", b.id, "true")
}
