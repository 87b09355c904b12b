package why

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// execFormat says what is in a file that the kernel cannot run.
func execFormat(f Failure, h *Host) (Explanation, bool) {
	r, err := f.file(f.Program)
	if !f.reachable(h) || err != nil {
		return none()
	}
	defer r.Close()
	elf, err := parseELF(r)
	head, some := f.head(f.Program)
	switch {
	case err == nil && elf.machine != hostMachine():
		name := machineName(elf.machine)
		return because(fmt.Sprintf("%s is built for %s and this machine is %s", f.Program, name, machineName(hostMachine())),
			fmt.Sprintf("use a build for %s, or install an emulator for %s (Debian, Ubuntu: sudo apt install qemu-user-static binfmt-support)", machineName(hostMachine()), name))
	case err != nil && !errors.Is(err, errNotELF):
		return because(fmt.Sprintf("%s is a damaged ELF file: %s", f.Program, err), "fetch or build it again")
	case !some:
		return because(f.Program+" is empty", "fetch or build it again")
	case err != nil && looksLikeText(head):
		return because(f.Program+" is a text without a first line of the form #!INTERPRETER", "add one (#!/bin/sh), or run it with its interpreter: sh "+f.Program)
	case err != nil:
		return because(f.Program+" is neither an ELF program nor a script", "name a program, or register its format with binfmt_misc")
	}
	return none()
}

// execPrivate is what remains of EACCES: the file or a directory on the way is
// open to some users only, and the program's user is not one of them. The
// caller may be root and pass; the process had another id by then.
func execPrivate(f Failure, h *Host) (Explanation, bool) {
	if !f.reachable(h) || h.confining() != "" {
		return none() // a security module may have refused it as well
	}
	for _, part := range leading(f.Program) {
		st, err := f.stat(part)
		if err != nil || st.Mode&0o001 != 0 {
			continue
		}
		what := "file"
		if st.Mode&unix.S_IFMT == unix.S_IFDIR {
			what = "directory"
		}
		return because(
			fmt.Sprintf("the %s %s is closed to all but its owner and group (mode %s, user %d, group %d), and the process runs as neither", what, part, mode(st.Mode), st.Uid, st.Gid),
			"chmod o+x "+f.outside(part)+", or run as its owner")
	}
	return none()
}

func execBusy(f Failure, h *Host) (Explanation, bool) {
	remedy := "close it first, or write a new file and rename it over the old one"
	if pid, ok := f.writer(h); ok {
		return because(fmt.Sprintf("process %d has %s open for writing", pid, f.Program), remedy)
	}
	return because(f.Program+" is open for writing in some process", remedy)
}

// writer finds a process, of those in sight, that has the program open for writing.
func (f Failure) writer(h *Host) (int, bool) {
	st, err := f.stat(f.Program)
	if !f.reachable(h) || err != nil {
		return 0, false
	}
	descriptors, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, fd := range descriptors {
		var open unix.Stat_t
		if unix.Stat(fd, &open) != nil || open.Ino != st.Ino || open.Dev != st.Dev {
			continue
		}
		parts := strings.Split(fd, "/")
		info, _ := os.ReadFile("/proc/" + parts[2] + "/fdinfo/" + parts[4])
		if pid, err := strconv.Atoi(parts[2]); err == nil && writable(string(info)) {
			return pid, true
		}
	}
	return 0, false
}

// writable reads the access mode from the "flags:" line of an fdinfo, in octal.
func writable(info string) bool {
	for line := range strings.SplitSeq(info, "\n") {
		if rest, ok := strings.CutPrefix(line, "flags:"); ok {
			n, err := strconv.ParseUint(strings.TrimSpace(rest), 8, 32)
			return err == nil && n&unix.O_ACCMODE != unix.O_RDONLY
		}
	}
	return false
}

// execTooBig needs no probe: execve has no other reason for E2BIG.
func execTooBig(_ Failure, h *Host) (Explanation, bool) {
	cause := "the arguments and the environment are too long together, or one of them is longer than 128 KiB"
	if stack, ok := h.limit("Max stack size"); ok {
		cause += fmt.Sprintf("; together they may have a quarter of the stack limit, %d bytes here and never more than 6 MiB", stack/4)
	}
	return because(cause, "pass less (a file, standard input, xargs), or raise the stack limit: ulimit -s unlimited")
}
