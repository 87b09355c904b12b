package seccomp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

const childVariable = "ISLE_TEST_SECCOMP"

// TestMain lets the test run itself as the process that a filter is put on.
func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		return
	}
	os.Exit(m.Run())
}

// probe is a system call to make under a filter.
type probe struct {
	Name   string
	Number uintptr
	Args   [6]uintptr
	Int80  bool // the x86 way, from a 64-bit process
}

// task is what the child is told on its standard input.
type task struct {
	Code   []byte
	Flags  uint
	Probes []probe
}

// child installs the filter on its thread alone, for Go's other threads must go
// on, makes the calls on it, and writes their errnos.
func child() error {
	var t task
	if err := json.NewDecoder(os.Stdin).Decode(&t); err != nil {
		return err
	}
	errnos := make([]syscall.Errno, len(t.Probes))
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	prog := unix.SockFprog{Len: uint16(len(t.Code) / 8), Filter: (*unix.SockFilter)(unsafe.Pointer(&t.Code[0]))}
	if _, _, errno := syscall.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, uintptr(t.Flags), uintptr(unsafe.Pointer(&prog))); errno != 0 {
		return fmt.Errorf("seccomp: %w", errno)
	}
	for i, p := range t.Probes {
		if p.Int80 {
			errnos[i] = int80(p)
			continue
		}
		_, _, errnos[i] = syscall.RawSyscall6(p.Number, p.Args[0], p.Args[1], p.Args[2], p.Args[3], p.Args[4], p.Args[5])
	}
	return json.NewEncoder(os.Stdout).Encode(errnos)
}

// under makes the calls in a process under the filter of a profile.
func under(t *testing.T, p *specs.LinuxSeccomp, probes []probe) ([]syscall.Errno, error) {
	t.Helper()
	f, err := Compile(p, Native())
	if err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(task{f.Bytes(), f.Flags, probes})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{childVariable + "=1"}
	var out, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, stderr.Bytes())
	}
	var errnos []syscall.Errno
	if err := json.Unmarshal(out.Bytes(), &errnos); err != nil {
		t.Fatalf("%v: %q", err, out.Bytes())
	}
	return errnos, nil
}

// expect pairs a call with the errno it must get, 0 for success.
type expect struct {
	probe
	want syscall.Errno
}

func verify(t *testing.T, p *specs.LinuxSeccomp, list []expect) {
	t.Helper()
	probes := make([]probe, len(list))
	for i, e := range list {
		probes[i] = e.probe
	}
	got, err := under(t, p, probes)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range list {
		if got[i] != e.want {
			t.Errorf("%s(%#x): %v, want %v", e.Name, e.Args, got[i], e.want)
		}
	}
}

// sys is a call in the machine's own ABI.
func sys(want syscall.Errno, name string, args ...uintptr) expect {
	column := map[Arch]abi{AMD64: x86_64, ARM64: aarch64}[Native()]
	e := expect{probe{Name: name, Number: uintptr(byName[name].numbers[column])}, want}
	copy(e.Args[:], args)
	return e
}

func numbered(want syscall.Errno, number uintptr) expect {
	return expect{probe{Name: fmt.Sprintf("%#x", number), Number: number}, want}
}

func nativeHost(t *testing.T, capabilities ...string) Host {
	t.Helper()
	h, err := ThisHost(capabilities)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestKernelDefault(t *testing.T) {
	const badFlags = unix.CLONE_FS // with a namespace the kernel itself says EINVAL
	verify(t, Default(nativeHost(t)), []expect{
		sys(0, "getpid"),
		sys(unix.EPERM, "mount"),
		sys(unix.EPERM, "unshare", unix.CLONE_NEWUSER),
		sys(unix.EPERM, "setns", ^uintptr(0), 0),
		sys(unix.EPERM, "kexec_load", 0, 0, 0, 1<<31),
		sys(unix.EPERM, "clone", unix.CLONE_NEWUSER|badFlags),
		sys(unix.EPERM, "clone", unix.CLONE_NEWNET|unix.CLONE_SIGHAND),
		sys(unix.EINVAL, "clone", unix.CLONE_SIGHAND), // lets through, and the kernel wants CLONE_VM
		sys(unix.ENOSYS, "clone3"),
		sys(0, "personality", 0xffffffff),
		sys(0, "personality", 0x0008),
		sys(0, "personality", 0),
		sys(unix.EPERM, "personality", 0x40000),
		sys(unix.EPERM, "personality", 1<<32),
		sys(0, "socket", unix.AF_UNIX, unix.SOCK_STREAM),
		sys(unix.EPERM, "socket", unix.AF_VSOCK, unix.SOCK_STREAM),
		sys(unix.EPERM, "socket", unix.AF_ALG, unix.SOCK_SEQPACKET),
		numbered(unix.ENOSYS, 500),
		numbered(unix.ENOSYS, 1000),
	})
}

func TestKernelCapabilities(t *testing.T) {
	verify(t, Default(nativeHost(t, "CAP_SYS_ADMIN")), []expect{
		sys(unix.EFAULT, "mount", 1, 1, 1),
		sys(unix.EINVAL, "clone", unix.CLONE_NEWUSER|unix.CLONE_FS),
		sys(unix.EINVAL, "clone3"),
		sys(unix.EBADF, "setns", ^uintptr(0), 0),
	})
}

// TestKernelOperators lets the third argument of lseek choose an operator for the
// second, and checks both words of it.
func TestKernelOperators(t *testing.T) {
	const value = 5<<32 | 5
	p := &specs.LinuxSeccomp{DefaultAction: specs.ActAllow}
	for o, name := range ops {
		errno := uint(200 + o)
		p.Syscalls = append(p.Syscalls, specs.LinuxSyscall{Names: []string{"lseek"}, Action: specs.ActErrno, ErrnoRet: &errno, Args: []specs.LinuxSeccompArg{
			{Index: 2, Op: specs.OpEqualTo, Value: uint64(o)},
			{Index: 1, Op: name, Value: value, ValueTwo: 5 << 32},
		}})
	}
	var list []expect
	for o, name := range ops {
		for _, arg := range []uint64{0, 5, 5 << 32, value - 1, value, value + 1, 4<<32 | 6, 6<<32 | 4, 7<<32 | 7, 13<<32 | 2, 1<<64 - 1} {
			want := unix.EBADF // nothing matched, and the descriptor is none
			if compare(name, arg, value, 5<<32) {
				want = syscall.Errno(200 + o)
			}
			list = append(list, sys(want, "lseek", ^uintptr(0), uintptr(arg), uintptr(o)))
		}
	}
	verify(t, p, list)
}

func TestKernelActions(t *testing.T) {
	errno := uint(77)
	verify(t, &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Flags: []specs.LinuxSeccompFlag{specs.LinuxSeccompFlagSpecAllow}, Syscalls: []specs.LinuxSyscall{
		{Names: []string{"getppid"}, Action: specs.ActErrno, ErrnoRet: &errno},
		{Names: []string{"getpid"}, Action: specs.ActTrace}, // there is no tracer
		{Names: []string{"getuid"}, Action: specs.ActLog},
		{Names: []string{"mkdirat"}, Action: specs.ActNotify}, // makes seccomp return a descriptor
	}}, []expect{sys(77, "getppid"), sys(unix.ENOSYS, "getpid"), sys(0, "getuid")})

	for _, action := range []specs.LinuxSeccompAction{specs.ActKillProcess, specs.ActTrap} {
		p := &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Syscalls: []specs.LinuxSyscall{{Names: []string{"getppid"}, Action: action}}}
		_, err := under(t, p, []probe{sys(0, "getppid").probe})
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatalf("%s: %v", action, err)
		}
		if killed := exit.Sys().(syscall.WaitStatus).Signal() == unix.SIGSYS; killed != (action == specs.ActKillProcess) {
			t.Errorf("%s: %v", action, err)
		}
		if action == specs.ActTrap && !bytes.Contains([]byte(err.Error()), []byte("SIGSYS")) {
			t.Errorf("%s: Go's handler saw no SIGSYS: %v", action, err)
		}
	}
}
