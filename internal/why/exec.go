package why

import (
	"fmt"
	"path"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

func execRules() []rule {
	return []rule{
		{ops: []Op{OpExec}, errnos: []syscall.Errno{syscall.ENOENT}, find: execNotInPath},
		{ops: []Op{OpExec}, calls: []string{"faccessat2"}, errnos: []syscall.Errno{syscall.EACCES}, find: execNoexec},
		{ops: []Op{OpExec}, errnos: []syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.ELOOP, syscall.EACCES}, find: execPath},
		{ops: []Op{OpExec}, errnos: []syscall.Errno{syscall.EACCES}, find: execMode},
		{ops: []Op{OpExec}, errnos: []syscall.Errno{syscall.ENOENT, syscall.EACCES, syscall.ENOTDIR, syscall.ELOOP}, find: execInterpreter},
		{ops: []Op{OpExec}, errnos: []syscall.Errno{syscall.ENOEXEC, syscall.EINVAL}, find: execFormat},
		{ops: []Op{OpExec}, errnos: []syscall.Errno{syscall.EACCES}, find: execPrivate},
		{ops: []Op{OpExec}, errnos: []syscall.Errno{syscall.ETXTBSY}, find: execBusy},
		{ops: []Op{OpExec}, errnos: []syscall.Errno{syscall.E2BIG}, find: execTooBig},
	}
}

// reachable says whether program is a path that can be looked up from here.
func (f Failure) reachable(h *Host) bool {
	return h.live && f.Program != "" && f.seen(f.Program) && (path.IsAbs(f.Program) || f.Root == "" && strings.Contains(f.Program, "/"))
}

// found is the failure of the first file that a bare name leads to in the search
// path, which is the one that was refused even if the search went on.
func (f Failure) found(h *Host) Failure {
	if f.Op != OpExec || !h.live || f.Program == "" || strings.Contains(f.Program, "/") || f.SearchPath == "" {
		return f
	}
	for dir := range strings.SplitSeq(f.SearchPath, ":") {
		file := path.Join("/", dir) + "/" + f.Program
		if _, err := f.stat(file); err == nil && path.IsAbs(dir) {
			f.Program = file
			break
		}
	}
	return f
}

// execNotInPath lists the directories that were searched and are there.
func execNotInPath(f Failure, h *Host) (Explanation, bool) {
	if !h.live || f.Program == "" || strings.Contains(f.Program, "/") || f.SearchPath == "" {
		return none()
	}
	var present, absent []string
	for dir := range strings.SplitSeq(f.SearchPath, ":") {
		if _, err := f.stat(path.Join("/", dir)); err == nil || !f.seen(path.Join("/", dir)) {
			present = append(present, dir)
		} else {
			absent = append(absent, dir)
		}
	}
	where := "none of the directories in PATH exists"
	if len(present) > 0 {
		where = "it is in none of the directories in PATH (" + strings.Join(present, ", ")
		if len(absent) > 0 {
			where += "; not there at all: " + strings.Join(absent, ", ")
		}
		where += ")"
	}
	in := ""
	if f.Root != "" && f.Root != "/" {
		in = " in " + f.Root
	}
	return because(fmt.Sprintf("there is no program %s%s: %s", f.Program, in, where), "give its full path, or set PATH")
}

func execPath(f Failure, h *Host) (Explanation, bool) {
	if !f.reachable(h) {
		return none()
	}
	says, at, errno := f.blocked(f.Program)
	if errno == 0 || errno != f.Errno {
		return none()
	}
	remedy := "check the path"
	if errno == syscall.EACCES {
		remedy = "let this user search it: chmod o+x " + path.Dir(at)
	}
	return because(says, remedy)
}

// execMode: a file is executed only if it is a regular file, has an x bit (for
// root too) and is on a mount without noexec.
func execMode(f Failure, h *Host) (Explanation, bool) {
	if !f.reachable(h) {
		return none()
	}
	return refusedMode(f, h, f.Program)
}

func refusedMode(f Failure, h *Host, file string) (Explanation, bool) {
	fd, err := f.open(file)
	if err != nil {
		return none()
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	var fsinfo unix.Statfs_t
	if unix.Fstat(fd, &st) != nil || unix.Fstatfs(fd, &fsinfo) != nil {
		return none()
	}
	switch {
	case st.Mode&unix.S_IFMT == unix.S_IFDIR:
		return because(file+" is a directory", "name a program in it")
	case st.Mode&unix.S_IFMT != unix.S_IFREG:
		return because(file+" is not a regular file", "name a program")
	case fsinfo.Flags&unix.ST_NOEXEC != 0:
		return onNoexec(file, h.mountPoint(f.located(fd, file))+", which")
	case st.Mode&0o111 == 0:
		return because(fmt.Sprintf("%s is not executable (mode %s)", file, mode(st.Mode)), "chmod +x "+f.outside(file))
	}
	return none()
}

// execNoexec needs no probe: the process has looked at its mounts before the call,
// which is made for nothing else.
func execNoexec(f Failure, h *Host) (Explanation, bool) {
	if e, ok := execMode(f, h); ok && strings.HasSuffix(e.Cause, mountedNoexec) {
		return e, true // it tells the mount point
	}
	return onNoexec(f.Program, "a file system that")
}

const mountedNoexec = " is mounted noexec"

func onNoexec(file, where string) (Explanation, bool) {
	return because(file+" is on "+where+mountedNoexec, "put the program on another file system, or mount that one with exec")
}

// execInterpreter looks at what the file asks for to be run by: the kernel
// blames the file when that is missing.
func execInterpreter(f Failure, h *Host) (Explanation, bool) {
	if !f.reachable(h) {
		return none()
	}
	interpreter, script := f.interpreter(f.Program)
	if interpreter == "" || !f.seen(interpreter) || !path.IsAbs(interpreter) && f.Root != "" {
		return none()
	}
	what, remedy := "the loader", "install the C library that it was built for (its package for this architecture; musl programs need musl, others glibc), or use a static build"
	if script {
		what, remedy = "the interpreter", "correct the first line of the script or install "+path.Base(interpreter)
	}
	if strings.HasSuffix(interpreter, "\r") {
		return because(fmt.Sprintf("the first line of the script %s ends in a carriage return, so the kernel looks for an interpreter named %q", f.Program, interpreter),
			"convert its line ends: sed -i 's/\\r$//' "+f.outside(f.Program))
	}
	if says, _, errno := f.blocked(interpreter); errno != 0 && errno == f.Errno {
		return because(fmt.Sprintf("%s is there, but %s that it asks for, %s, is not: %s", f.Program, what, interpreter, says), remedy)
	}
	if e, ok := refusedMode(f, h, interpreter); ok && f.Errno == syscall.EACCES {
		e.Cause = fmt.Sprintf("%s that %s asks for cannot be executed: %s", what, f.Program, e.Cause)
		return e, true
	}
	if _, again := f.interpreter(interpreter); again && f.Errno == syscall.ELOOP {
		return because("scripts interpret scripts there, more than the four levels that the kernel follows", "name a real program in the first line")
	}
	return none()
}
