package seccomp

import (
	"encoding/binary"
	"errors"
	"os/exec"
	"syscall"
	"testing"
	"unsafe"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// int80 makes a call the x86 way: the kernel reports it to the filter as one of
// an x86 program, whatever the process is. No Go code can do that, so it writes
// the few machine instructions into a page and calls them as a function.
func int80(p probe) syscall.Errno {
	page, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return err.(syscall.Errno)
	}
	var result int32
	code := page[:0]
	put := func(opcode byte, operand uint32) {
		code = binary.LittleEndian.AppendUint32(append(code, opcode), operand)
	}
	put(0xb8, uint32(p.Number))  // mov $number, %eax
	put(0xbb, uint32(p.Args[0])) // mov $arg, %ebx
	put(0xb9, uint32(p.Args[1])) // mov $arg, %ecx
	put(0xba, uint32(p.Args[2])) // mov $arg, %edx
	code = append(code, 0xcd, 0x80, 0xa3)
	code = binary.LittleEndian.AppendUint64(code, uint64(uintptr(unsafe.Pointer(&result)))) // int $0x80; mov %eax, result
	code = append(code, 0xc3)                                                               // ret
	entry := &page[0]
	function := &entry
	(*(*func())(unsafe.Pointer(&function)))()
	if result < 0 && result >= -4095 {
		return syscall.Errno(-result)
	}
	return 0
}

func x86sys(want syscall.Errno, name string, args ...uintptr) expect {
	e := expect{probe{Name: "x86 " + name, Number: uintptr(byName[name].numbers[x86]), Int80: true}, want}
	copy(e.Args[:], args)
	return e
}

// x86Works says whether the kernel runs x86 calls at all.
func x86Works(t *testing.T) {
	t.Helper()
	all := &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86}}
	if got, err := under(t, all, []probe{x86sys(0, "getpid").probe}); err != nil || got[0] != 0 {
		t.Skipf("the kernel does not run x86 calls (IA32_EMULATION): getpid by int 0x80: %v, %v", got, err)
	}
}

func TestKernelX86(t *testing.T) {
	x86Works(t)
	high := x86sys(unix.ENOSYS, "getpid")
	high.Number = 500
	verify(t, Default(nativeHost(t)), []expect{
		x86sys(0, "getpid"),
		x86sys(unix.EPERM, "mount"),
		x86sys(unix.EPERM, "clone", unix.CLONE_NEWUSER|unix.CLONE_FS),
		x86sys(unix.EINVAL, "clone", unix.CLONE_SIGHAND),
		x86sys(unix.EPERM, "personality", 0x40000),
		x86sys(unix.EPERM, "socket", unix.AF_VSOCK, unix.SOCK_STREAM),
		x86sys(unix.EFAULT, "socketcall", 1, 1),
		high,
	})
	errno := uint(88)
	deny := &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86},
		Syscalls: []specs.LinuxSyscall{{Names: []string{"socket", "shmget"}, Action: specs.ActErrno, ErrnoRet: &errno}}}
	verify(t, deny, []expect{
		x86sys(88, "socket", unix.AF_UNIX, unix.SOCK_STREAM),
		x86sys(88, "socketcall", 1, 0),
		x86sys(unix.EFAULT, "socketcall", 3, 1),
		x86sys(88, "ipc", 23),
		x86sys(88, "ipc", 1<<16|23),           // the version in the upper half is no way around
		x86sys(unix.EINVAL, "ipc", 24, 0, 99), // shmctl with no such command
	})
}

// TestKernelUnlisted calls in ABIs that the profile does not list.
func TestKernelUnlisted(t *testing.T) {
	x86Works(t)
	only := &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86_64}}
	for _, p := range []probe{x86sys(0, "getpid").probe, numbered(0, x32|39).probe} {
		_, err := under(t, only, []probe{p})
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != unix.SIGSYS {
			t.Errorf("%s: %v, want SIGSYS", p.Name, err)
		}
	}
	// Listed, but this or any newer kernel may be without x32: not killed is enough.
	if _, err := under(t, Default(nativeHost(t)), []probe{numbered(0, x32|39).probe}); err != nil {
		t.Error(err)
	}
}
