package why

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"isle/ns"
)

// record reads a recorded host from testdata: what the machines that run the
// tests cannot be expected to have. The form is txtar's: "-- NAME --", then the text.
func record(t *testing.T, name string) *Host {
	t.Helper()
	archive, err := os.ReadFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, part := range strings.Split(string(archive), "\n-- ")[1:] {
		name, text, ok := strings.Cut(part, " --\n")
		if !ok {
			t.Fatalf("no name in %q", part)
		}
		file := &fstest.MapFile{Data: []byte(text)}
		if strings.Contains(name, "/ns/") || strings.HasSuffix(name, "/exe") {
			file = &fstest.MapFile{Data: []byte(strings.TrimSpace(text)), Mode: fs.ModeSymlink}
		}
		files[name] = file
	}
	return Recorded(files)
}

func TestRecordedHosts(t *testing.T) {
	user := ns.SetOf(ns.User)
	for _, c := range []struct {
		host, name, cause, fix string
		f                      Failure
	}{
		{"ubuntu-24.04-user", "clone refused", "AppArmor takes all power", `profile isle "/usr/local/bin/isle"`,
			Failure{Syscall: "clone3", Errno: syscall.EACCES, Facts: Facts{Op: OpCreate, Kinds: user}}},
		{"ubuntu-24.04-user", "map refused", "kernel.apparmor_restrict_unprivileged_userns=1", "sudo apparmor_parser -r",
			Failure{Syscall: "write", Errno: syscall.EPERM, Facts: Facts{Op: OpIDMap, New: user, Target: "/proc/7/uid_map", Map: "0 1000 1"}}},
		{"ubuntu-24.04-user", "mount refused", "AppArmor takes all power", "userns,",
			Failure{Syscall: "mount", Errno: syscall.EPERM, Facts: Facts{Op: OpPropagate, New: ns.SetOf(ns.User, ns.Mount), Target: "/"}}},
		{"ubuntu-24.04-user", "no user namespace, no AppArmor", "creating a uts namespace needs CAP_SYS_ADMIN", "--user",
			Failure{Syscall: "clone3", Errno: syscall.EPERM, Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.UTS)}}},
		{"ubuntu-24.04-inside", "mount refused inside", "AppArmor takes all power", "profile isle",
			Failure{Syscall: "mount", Errno: syscall.EPERM, Facts: Facts{Op: OpMount, FSType: "tmpfs", Target: "/tmp"}}},
		{"debian-10-user", "sysctl", "kernel.unprivileged_userns_clone=0", "sudo sysctl -w kernel.unprivileged_userns_clone=1",
			Failure{Syscall: "clone", Errno: syscall.EPERM, Facts: Facts{Op: OpCreate, Kinds: user}}},
		{"debian-10-user", "old kernel without clone3", "no clone3", "Linux 5.3",
			Failure{Syscall: "clone3", Errno: syscall.ENOSYS, Facts: Facts{Op: OpCreate}}},
		{"debian-10-user", "old kernel without time", "has no time namespaces", "",
			Failure{Syscall: "unshare", Errno: syscall.EINVAL, Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.Time)}}},
		{"debian-10-user", "old kernel without landlock", "came with Linux 5.13", "",
			Failure{Syscall: "landlock_create_ruleset", Errno: syscall.ENOSYS, Facts: Facts{Op: OpLandlock}}},
		{"debian-10-user", "limit reached", "already has the 31254 uts namespaces", "lsns -t uts",
			Failure{Syscall: "unshare", Errno: syscall.ENOSPC, Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.UTS)}}},
		{"debian-10-user", "limits reached", "one of: user.max_user_namespaces is used up (31254); or user.max_uts_namespaces", "",
			Failure{Syscall: "clone", Errno: syscall.ENOSPC, Facts: Facts{Op: OpCreate, Kinds: ns.SetOf(ns.User, ns.UTS)}}},
		{"debian-10-user", "initial RAM file system", "initial RAM file system", "chroot instead",
			Failure{Syscall: "pivot_root", Errno: syscall.EINVAL, Facts: Facts{Op: OpPivot, New: ns.SetOf(ns.Mount), Root: "/tmp/x"}}},
		{"debian-10-user", "read-only proc", "/proc is mounted read-only here", "read-only too",
			Failure{Syscall: "mount", Errno: syscall.EPERM, Facts: Facts{Op: OpMount, FSType: "proc", Target: "/proc", New: ns.SetOf(ns.User, ns.PID, ns.Mount)}}},
		{"debian-10-user", "no mqueue known", `does not know the file system "mqueue"`, "modprobe mqueue",
			Failure{Syscall: "fsopen", Errno: syscall.ENODEV, Facts: Facts{Op: OpMount, FSType: "mqueue"}}},
	} {
		t.Run(c.host+"/"+c.name, func(t *testing.T) {
			got := record(t, c.host).Explain(c.f)
			if !strings.Contains(got.Cause, c.cause) || !strings.Contains(got.Remedy, c.fix) {
				t.Errorf("got %+v, want cause with %q and remedy with %q", got, c.cause, c.fix)
			}
			t.Logf("\n%s", strings.Join(got.Lines(), "\n"))
		})
	}
}

// The command of the remedy is run as far as it needs no root.
func TestProfileCommand(t *testing.T) {
	printf, _, _ := strings.Cut(profileCommand(`/opt/it's 100%/isle`), " | sudo")
	out, err := exec.Command("sh", "-c", printf).Output()
	want := "abi <abi/4.0>,\nprofile isle \"/opt/it's 100%/isle\" flags=(unconfined) {\n  userns,\n}\n"
	if err != nil || string(out) != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}

func TestCgroupInner(t *testing.T) {
	host := Recorded(fstest.MapFS{"sys/fs/cgroup/a/cgroup.subtree_control": {Data: []byte("memory pids\n")}})
	got := host.Explain(Failure{Syscall: "write", Errno: syscall.EBUSY, Facts: Facts{Op: OpCgroup, Target: "/sys/fs/cgroup/a/cgroup.procs"}})
	if !strings.Contains(got.Cause, "hands controllers to its children (memory pids)") {
		t.Errorf("got %+v", got)
	}
}

// Nothing is said of a host of which nothing is known, whatever failed there.
func TestUnknownHost(t *testing.T) {
	host := Recorded(fstest.MapFS{})
	for _, op := range []Op{OpCreate, OpJoin, OpIDMap, OpMount, OpRemount, OpUnmount, OpPropagate, OpPivot, OpExec, OpOther} {
		for _, errno := range []syscall.Errno{syscall.EPERM, syscall.EINVAL, syscall.ENOENT, syscall.EACCES, syscall.ENOSPC} {
			f := Failure{Errno: errno, Facts: Facts{Op: op, Source: "/a", Target: "/b", Program: "/c", Map: "0 0 1"}}
			if e := host.Explain(f); e != (Explanation{}) {
				t.Errorf("%s %v: %+v", op, errno, e)
			}
		}
	}
}
