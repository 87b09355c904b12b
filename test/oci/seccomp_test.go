package oci_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// rule is a filter that allows all but some calls.
func rule(action specs.LinuxSeccompAction, errno *uint, args []specs.LinuxSeccompArg, names ...string) *specs.LinuxSeccomp {
	return &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Syscalls: []specs.LinuxSyscall{{Names: names, Action: action, ErrnoRet: errno, Args: args}}}
}

// ways are how a process comes to have a filter, with and without no_new_privs.
func ways(t *testing.T, each func(t *testing.T, nnp bool, output func(b *bundle) result)) {
	for _, way := range []string{"run", "create", "exec"} {
		for _, nnp := range []bool{true, false} {
			t.Run(fmt.Sprint(way, " ", nnp), func(t *testing.T) {
				t.Parallel()
				each(t, nnp, func(b *bundle) result { return b.by(way) })
			})
		}
	}
}

// by runs the process of a bundle in one of the ways.
func (b *bundle) by(way string) result {
	b.t.Helper()
	switch way {
	case "create":
		out, errs := outputFile(b.t), outputFile(b.t)
		defer out.Close()
		defer errs.Close()
		cmd := b.command("create", b.id)
		cmd.Stdout, cmd.Stderr = out, errs
		must(b.t, cmd.Run())
		b.good("start", b.id)
		b.awaitStatus(specs.StateStopped)
		b.good("delete", b.id)
		return result{content(b.t, out), content(b.t, errs), 0}
	case "exec":
		args := b.spec.Process.Args
		b.change(func(s *specs.Spec) { s.Process.Args = []string{"sleep", "1000"} })
		b.good("run", "--detach", b.id)
		r := b.oci(append([]string{"exec", b.id}, args...)...)
		b.good("delete", "--force", b.id)
		b.change(func(s *specs.Spec) { s.Process.Args = args })
		return r
	}
	return b.oci("run", b.id)
}

// called has a filter meet a call of personality(2) with an argument.
func called(t *testing.T, nnp bool, filter *specs.LinuxSeccomp, argument string) *bundle {
	t.Helper()
	return newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"probe", "call", itoa(unix.SYS_PERSONALITY), argument}
		s.Process.NoNewPrivileges = nnp
		s.Linux.Seccomp = filter
	})
}

const query = "0xffffffff"

func TestSeccompActions(t *testing.T) {
	t.Parallel()
	ways(t, func(t *testing.T, nnp bool, output func(b *bundle) result) {
		for _, c := range []struct {
			filter *specs.LinuxSeccomp
			want   string
		}{
			{rule(specs.ActErrno, nil, nil, "personality"), "-1 1"},
			{rule(specs.ActErrno, ptr(uint(77)), nil, "personality"), "-1 77"},
			{rule(specs.ActErrno, ptr(uint(0)), nil, "personality"), "0 0"},
			{rule(specs.ActTrace, nil, nil, "personality"), "-1 38"}, // nobody traces it
			{rule(specs.ActLog, nil, nil, "personality"), "0 0"},
			{rule(specs.ActAllow, nil, nil, "personality"), "0 0"},
			{rule(specs.ActErrno, nil, nil, "no_such_call"), "0 0"}, // of another architecture or kernel
		} {
			r := output(called(t, nnp, c.filter, query))
			same(t, string(c.filter.Syscalls[0].Action), r, result{c.want + "\n", "", 0})
		}
	})
}

// TestSeccompDefault allows some calls only, and the errno is the default's.
func TestSeccompDefault(t *testing.T) {
	t.Parallel()
	filter := &specs.LinuxSeccomp{DefaultAction: specs.ActErrno, DefaultErrnoRet: ptr(uint(99)), Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchAARCH64},
		Syscalls: []specs.LinuxSyscall{{Action: specs.ActAllow, Names: strings.Fields("read write close fstat openat openat2 execve mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack " +
			"arch_prctl gettid getpid futex clone clone3 exit exit_group sched_getaffinity sched_yield nanosleep fcntl epoll_create1 epoll_ctl epoll_pwait eventfd2 madvise prlimit64 uname set_tid_address set_robust_list rseq tgkill setsockopt " +
			"getuid geteuid getgid getegid setuid setgid setgroups setresuid setresgid capset prctl capget umask newfstatat close_range dup3 dup2 dup socket connect recvfrom sendto sendmsg recvmsg poll ppoll faccessat faccessat2 readlinkat getrandom pipe2 wait4 accept4")}}}
	same(t, "call", called(t, true, filter, query).run(), "-1 99\n")
}

// TestSeccompKills ends a program, or the thread that it has.
func TestSeccompKills(t *testing.T) {
	t.Parallel()
	for _, action := range []specs.LinuxSeccompAction{specs.ActKill, specs.ActKillProcess, specs.ActKillThread, specs.ActTrap} {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			for _, nnp := range []bool{true, false} {
				b := newBundle(t, func(s *specs.Spec) {
					script(s, "echo before; hostname other; echo after")
					s.Process.Args = []string{"hostname", "other"}
					s.Process.NoNewPrivileges = nnp
					s.Linux.Seccomp = rule(action, nil, nil, "sethostname")
				})
				same(t, "status", b.oci("run", b.id).code, 128+int(unix.SIGSYS))
			}
		})
	}
}

// TestSeccompDeniesWhatIsleCalls has filters forbid what the process's set-up
// needs, as profiles of engines do: the set-up is not what they are for.
func TestSeccompDeniesWhatIsleCalls(t *testing.T) {
	t.Parallel()
	ways(t, func(t *testing.T, nnp bool, output func(b *bundle) result) {
		b := called(t, nnp, rule(specs.ActErrno, nil, nil, "setuid", "setgid", "setresuid", "setresgid", "setgroups", "umask", "close_range", "openat2", "chdir", "setsid", "mount", "socket", "connect", "accept4", "keyctl", "setrlimit"), query)
		b.change(func(s *specs.Spec) { s.Process.User = specs.User{UID: 1000, GID: 1000, AdditionalGids: []uint32{5}} })
		same(t, "output", output(b), result{"0 0\n", "", 0})
	})
}

// TestSeccompArguments compares an argument in every way.
func TestSeccompArguments(t *testing.T) {
	t.Parallel()
	const denied, allowed = "-1 1\n", "0 0\n"
	for _, c := range []struct {
		op       specs.LinuxSeccompOperator
		value, m uint64
		argument string
		want     string
	}{
		{specs.OpEqualTo, 0xffffffff, 0, query, denied}, {specs.OpEqualTo, 8, 0, query, allowed},
		{specs.OpNotEqual, 8, 0, query, denied}, {specs.OpNotEqual, 0xffffffff, 0, query, allowed},
		{specs.OpGreaterThan, 0xfffffffe, 0, query, denied}, {specs.OpGreaterThan, 0xffffffff, 0, query, allowed},
		{specs.OpGreaterEqual, 0xffffffff, 0, query, denied}, {specs.OpGreaterEqual, 0x100000000, 0, query, allowed},
		{specs.OpLessThan, 0x100000000, 0, query, denied}, {specs.OpLessThan, 0xffffffff, 0, query, allowed},
		{specs.OpLessEqual, 0xffffffff, 0, query, denied}, {specs.OpLessEqual, 0xfffffffe, 0, query, allowed},
		{specs.OpMaskedEqual, 0xff, 0xff, query, denied}, {specs.OpMaskedEqual, 0xff, 0x0f, query, allowed},
		// All 64 bits count.
		{specs.OpEqualTo, 0x1ffffffff, 0, query, allowed}, {specs.OpEqualTo, 0x1ffffffff, 0, "0x1ffffffff", denied},
		{specs.OpGreaterThan, 0xffffffff, 0, "0x1ffffffff", denied},
	} {
		arg := specs.LinuxSeccompArg{Index: 0, Value: c.value, Op: c.op}
		if c.op == specs.OpMaskedEqual { // the mask comes first
			arg.Value, arg.ValueTwo = c.value, c.m
		}
		got := called(t, true, rule(specs.ActErrno, nil, []specs.LinuxSeccompArg{arg}, "personality"), c.argument).run()
		same(t, fmt.Sprintf("%s %#x %#x for %s", c.op, c.value, c.m, c.argument), got, c.want)
	}
}

func TestSeccompFlagsAndArchitectures(t *testing.T) {
	t.Parallel()
	filter := rule(specs.ActErrno, nil, nil, "personality")
	filter.Flags = []specs.LinuxSeccompFlag{specs.LinuxSeccompFlagLog, specs.LinuxSeccompFlagSpecAllow, "SECCOMP_FILTER_FLAG_TSYNC"}
	filter.Architectures = []specs.Arch{specs.ArchX86_64, specs.ArchX86, specs.ArchX32, specs.ArchAARCH64, specs.ArchARM}
	b := called(t, true, filter, query)
	same(t, "call", b.run(), "-1 1\n")
	script(b.spec, "grep ^Seccomp: /proc/self/status")
	b.write()
	same(t, "mode", b.run(), "Seccomp:\t2\n")
	// What is of an architecture that the filter does not name is killed: not
	// this program, if it is among them.
	b.change(func(s *specs.Spec) {
		s.Linux.Seccomp.Architectures = []specs.Arch{specs.ArchS390X}
		s.Process.Args = []string{"true"}
	})
	b.oci("run", b.id)
	for path, change := range map[string]func(s *specs.LinuxSeccomp){
		".linux.seccomp.flags[0]":           func(s *specs.LinuxSeccomp) { s.Flags = []specs.LinuxSeccompFlag{"FLY"} },
		".linux.seccomp.architectures[0]":   func(s *specs.LinuxSeccomp) { s.Architectures = []specs.Arch{"SCMP_ARCH_FLY"} },
		".linux.seccomp.syscalls[0].action": func(s *specs.LinuxSeccomp) { s.Syscalls[0].Action = "SCMP_ACT_FLY" },
		".linux.seccomp.syscalls[0].args[0].index": func(s *specs.LinuxSeccomp) {
			s.Syscalls[0].Args = []specs.LinuxSeccompArg{{Index: 6, Op: specs.OpEqualTo}}
		},
		".linux.seccomp.listenerPath": func(s *specs.LinuxSeccomp) { s.Syscalls[0].Action = specs.ActNotify },
	} {
		broken := rule(specs.ActErrno, nil, nil, "personality")
		change(broken)
		b.change(func(s *specs.Spec) { s.Linux.Seccomp = broken })
		b.bad([]string{path}, "run", b.id)
	}
}

// question and answer are those of seccomp_unotify(2).
type question struct {
	id         uint64
	pid, flags uint32
	nr, arch   uint32
	ip         uint64
	args       [6]uint64
}

type answer struct {
	id    uint64
	value int64
	errno int32
	flags uint32
}

// agent answers one call of a filter's with a value, and gives the question.
func agent(fd int, value int64) (question, error) {
	const receive, send = 0xc0502100, 0xc0182101 // SECCOMP_IOCTL_NOTIF_RECV, _SEND
	var q question
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), receive, uintptr(unsafe.Pointer(&q))); errno != 0 {
		return q, errno
	}
	a := answer{id: q.id, value: value}
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), send, uintptr(unsafe.Pointer(&a))); errno != 0 {
		return q, errno
	}
	return q, nil
}

// TestSeccompNotify has an agent answer the calls.
func TestSeccompNotify(t *testing.T) {
	t.Parallel()
	ways(t, func(t *testing.T, nnp bool, output func(b *bundle) result) {
		filter := rule(specs.ActNotify, nil, nil, "personality")
		b := called(t, nnp, filter, "0x12345")
		socket := filepath.Join(filepath.Dir(b.dir), "agent")
		l := listen(t, socket)
		b.change(func(*specs.Spec) { filter.ListenerPath, filter.ListenerMetadata = socket, "for the agent" })
		type heard struct {
			state specs.ContainerProcessState
			q     question
			err   error
		}
		got := make(chan heard, 8)
		go func() {
			for { // in exec, the first process's comes as well, and is not asked
				r := l.receive()
				if r.err != nil {
					got <- heard{err: r.err}
					return
				}
				go func() {
					var h heard
					h.err = json.Unmarshal(r.data, &h.state)
					if h.err == nil {
						h.q, h.err = agent(r.fd, 4321)
					}
					unix.Close(r.fd)
					if h.err != unix.ENOENT {
						got <- h
					}
				}()
			}
		}()
		same(t, "output", output(b), result{"4321 0\n", "", 0})
		h := <-got
		must(t, h.err)
		same(t, "call", h.q.nr, uint32(unix.SYS_PERSONALITY))
		same(t, "argument", h.q.args[0], 0x12345)
		same(t, "metadata", h.state.Metadata, "for the agent")
		same(t, "descriptors", strings.Join(h.state.Fds, " "), specs.SeccompFdName)
		same(t, "id", h.state.State.ID, b.id)
		same(t, "bundle", h.state.State.Bundle, b.dir)
		same(t, "version", h.state.Version, specs.Version)
	})
}

// TestSeccompNobodyListens ends what would never be answered.
func TestSeccompNobodyListens(t *testing.T) {
	t.Parallel()
	filter := rule(specs.ActNotify, nil, nil, "personality")
	filter.ListenerPath = "/no/where"
	b := called(t, true, filter, query)
	b.bad([]string{"/no/where"}, "run", b.id)
	same(t, "left", fmt.Sprint(b.left()), "[]")
	b.good("create", b.id)
	b.bad([]string{"/no/where"}, "start", b.id)
	b.awaitStatus(specs.StateStopped)
}
