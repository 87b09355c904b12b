package audit

import (
	"os"
	"path/filepath"
	"testing"

	"isle/internal/cgroup"
	"isle/internal/idmap"
)

// Namespaces as util-linux makes them; each user's id is root in the new user
// namespace. Eight has all of them new.
const (
	mounts = "unshare --map-root-user --mount"
	own    = "unshare --map-root-user --mount --pid --fork --mount-proc"
	eight  = own + " --net --ipc --uts --cgroup --time"
	// stranger is a user without an account, which takes root to become.
	stranger = "setpriv --reuid=54321 --regid=54321 --clear-groups --inh-caps=-all"
)

// subjects are processes by name. One that takes root is skipped without.
var subjects = map[string]struct {
	root  bool
	start func(t testing.TB) process
}{
	"host":       {false, func(t testing.TB) process { return shell(t, "", "") }},
	"mounts":     {false, func(t testing.TB) process { return shell(t, mounts, "") }},
	"own":        {false, func(t testing.TB) process { return shell(t, own, "") }},
	"eight":      {false, func(t testing.TB) process { return shell(t, eight, "") }},
	"nnp":        {false, func(t testing.TB) process { return shell(t, "setpriv --no-new-privs", "") }},
	"open":       {false, func(t testing.TB) process { return helped(t, "", "open") }},
	"shut":       {false, func(t testing.TB) process { return helped(t, "", "shut") }},
	"readonly":   {false, func(t testing.TB) process { return helped(t, own, "readonly") }},
	"readonly 8": {false, func(t testing.TB) process { return helped(t, eight, "readonly") }},
	"bare":       {false, func(t testing.TB) process { return helped(t, eight, "bare") }},
	"bare nnp":   {false, func(t testing.TB) process { return helped(t, eight, "bare,nnp") }},
	"bare shut":  {false, func(t testing.TB) process { return helped(t, eight, "bare,shut") }},
	"directory":  {false, func(t testing.TB) process { return helped(t, eight, "dir,bare") }},
	"pidfd":      {false, func(t testing.TB) process { return helped(t, own, "pidfd") }},
	"few files":  {false, func(t testing.TB) process { return shell(t, own+" prlimit --nofile=1024:1024", "") }},
	"pair":       {false, func(t testing.TB) process { return started(t, nil, nil, pair...) }},
	"daemon": {false, func(t testing.TB) process {
		return shell(t, own, "mount -t tmpfs none /run; touch /run/docker.sock; mount --bind "+socket(t, "s")+" /run/docker.sock")
	}},
	"no daemon": {false, func(t testing.TB) process { return shell(t, own, "mount -t tmpfs none /run") }},
	"abstract": {false, func(t testing.TB) process {
		socket(t, "@isle-audit-"+filepath.Base(t.TempDir()))
		return shell(t, own, "")
	}},
	"stranger":      {true, func(t testing.TB) process { return shell(t, stranger, "") }},
	"stranger pair": {true, func(t testing.TB) process { return shell(t, stranger, pair[2]) }},
	"disks": {true, func(t testing.TB) process {
		if _, err := idmap.LookupGroup("disk"); err != nil {
			t.Skip("this host has no group disk")
		}
		return shell(t, "setpriv --reuid=54321 --regid=54321 --groups=disk --inh-caps=-all", "")
	}},
	"limited": {true, limitedProcess},
}

// pair is a process with another of its user above it.
var pair = []string{"sh", "-c", "sh -c 'echo ready; exec sleep 60'; :"}

// cases say for each rule which process has the weakness and which has not; an
// ordinary user's is after a bar if it is another one.
var cases = []struct{ rule, with, without string }{
	{"ns-user", "host", "own"},
	{"ns-mount", "host", "own"},
	{"ns-pid", "host", "own"},
	{"ns-net", "own", "eight"},
	{"ns-ipc", "own", "eight"},
	{"ns-cgroup", "own", "eight"},
	{"ns-uts", "own", "eight"},
	{"ns-time", "own", "eight"},
	{"root-is-root", "own|root only", "stranger|host"},
	{"runs-as-root", "own", "stranger|host"},
	{"ids-account", "own", "stranger"},
	{"groups", "disks", "stranger"},
	{"caps-held", "own", "stranger|host"},
	{"caps-reachable", "own", "nnp"},
	{"no-new-privs", "own", "nnp"},
	{"seccomp", "own", "open"},
	{"calls-mount", "open|host", "shut"},
	{"calls-namespace", "open|host", "shut"},
	{"calls-kernel", "open|host", "shut"},
	{"calls-code", "open|host", "shut"},
	{"calls-trace", "open|host", "shut"},
	{"calls-handle", "open|host", "shut"},
	{"calls-machine", "open|host", "shut"},
	{"new-userns", "open|host", "shut"},
	{"host-writable", "own", "readonly"},
	{"host-readable", "own", "bare"},
	{"root-writable", "own", "readonly"},
	{"propagation", "peer", "own"},
	{"daemon-sockets", "daemon", "bare"},
	{"abstract-sockets", "abstract", "eight"},
	{"devices", "own", "bare"},
	{"proc-host", "mounts", "own"},
	{"proc-writable", "own|root only", "readonly"},
	{"proc-unmasked", "own", "bare"},
	{"sys-writable", "own", "readonly"},
	{"sys-unmasked", "own", "bare"},
	{"cgroup-escape", "own", "readonly"},
	{"trace", "stranger pair|pair", "own"},
	{"fd-files", "directory", "bare"},
	{"fd-objects", "pidfd", "own"},
	{"label", "label", "label"},
	{"limit-memory", "own", "limited"},
	{"limit-pids", "own", "limited"},
	{"limit-cpu", "own", "limited"},
	{"limit-files", "many files", "few files"},
}

// limitedProcess is in a cgroup of its own below this process's. Only version 1
// has controllers that can be used there without changing that one.
func limitedProcess(t testing.TB) process {
	p := shell(t, own, "")
	trees, err := cgroup.Of(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range [...]struct{ controller, file, value string }{
		{"memory", "memory.limit_in_bytes", "100000000"}, {"pids", "pids.max", "50"}, {"cpu", "cpu.cfs_quota_us", "50000"},
	} {
		dir := ""
		for _, h := range trees {
			if !h.V2 && h.Dir != "" && h.Controllers[0] == limit.controller {
				dir = filepath.Join(h.Dir, "isle-audit-"+itoa(os.Getpid()))
			}
		}
		if dir == "" {
			t.Skipf("version 1 of cgroups has no controller %s here", limit.controller)
		}
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Skip(err)
		}
		t.Cleanup(func() { removeCgroup(t, dir) })
		write(t, filepath.Join(dir, limit.file), limit.value)
		write(t, filepath.Join(dir, "cgroup.procs"), itoa(p.pid))
	}
	return p
}
