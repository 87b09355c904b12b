package audit

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/seccomp"
)

// helper names what this binary does to itself before it says that it is ready,
// if a test started it for that.
const helper = "ISLE_AUDIT_HELPER"

// init keeps a helper on its first thread, which is the one that is audited.
func init() {
	if os.Getenv(helper) != "" {
		runtime.LockOSThread()
	}
}

func TestMain(m *testing.M) {
	list := os.Getenv(helper)
	if list == "" {
		os.Exit(m.Run())
	}
	for name := range strings.SplitSeq(list, ",") {
		if err := deeds[name](); err != nil {
			fmt.Printf("%s: %v\n", name, err)
			os.Exit(1)
		}
	}
	fmt.Println("ready")
	time.Sleep(time.Minute)
}

// deeds are what a helper can do.
var deeds = map[string]func() error{
	"readonly": func() error {
		return unix.MountSetattr(unix.AT_FDCWD, "/", unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
	},
	"bare":  bare,
	"dir":   func() error { _, err := unix.Open("/", unix.O_RDONLY|unix.O_DIRECTORY, 0); return err },
	"pidfd": func() error { _, err := unix.PidfdOpen(os.Getpid(), 0); return err },
	"nnp":   noNewPrivs,
	"open":  func() error { return filter(nil) },
	"shut":  func() error { return filter(allCalls()) },
	"echo":  echo,
	"vfork": vfork,
}

func noNewPrivs() error { return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }

// bare makes an empty file system the root.
func bare() error {
	dir := os.Getenv("ISLE_AUDIT_DIR")
	if err := unix.Mount("bare", dir, "tmpfs", 0, ""); err != nil {
		return err
	}
	if err := unix.Chdir(dir); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return err
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return err
	}
	return unix.MountSetattr(unix.AT_FDCWD, "/", 0, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
}

// vfork makes a child that keeps its parent from stopping as long as it lives
// (vfork(2)), and says that it is ready before.
func vfork() error {
	fmt.Println("ready")
	long := unix.Timespec{Sec: 30}
	pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, unix.CLONE_VFORK|uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if pid == 0 && errno == 0 {
		unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&long)), 0, 0)
		unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
	}
	os.Exit(0)
	return errno
}

// echo answers each SIGUSR1 with a line.
func echo() error {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, unix.SIGUSR1)
	go func() {
		for range signals {
			fmt.Println("signal")
		}
	}()
	return nil
}

// allCalls are the names of all calls of the table.
func allCalls() (names []string) {
	for _, group := range [][]risky{callsMount[:], callsNamespace[:], callsKernel[:], callsCode[:], callsTrace[:], callsHandle[:], callsMachine[:]} {
		for _, c := range group {
			if c.name != "clone" { // Go needs it: that is refused with a flag only
				names = append(names, c.name)
			}
		}
	}
	return names
}

// filter installs a filter that refuses these calls, and clone for a new user
// namespace if there are any.
func filter(names []string) error {
	profile := &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchX86, specs.ArchAARCH64, specs.ArchARM}}
	if names != nil {
		profile.Syscalls = []specs.LinuxSyscall{{Names: names, Action: specs.ActErrno}, {Names: []string{"clone"}, Action: specs.ActErrno,
			Args: []specs.LinuxSeccompArg{{Index: 0, Op: specs.OpMaskedEqual, Value: unix.CLONE_NEWUSER, ValueTwo: unix.CLONE_NEWUSER}}}}
	}
	f, err := seccomp.Compile(profile, seccomp.Native())
	if err != nil {
		return err
	}
	if err := noNewPrivs(); err != nil {
		return err
	}
	return installFilter(f.Insns)
}
