package parent

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/passwd"
	"isle/internal/plan"
)

// Program is the last step of unshare and nsenter: a program with arguments or,
// if there is none, the caller's shell as a login shell.
func Program(words, env []string, root string) *plan.Exec {
	exec := &plan.Exec{Args: words, Env: env, Path: searchPath(env), Root: root}
	if len(words) > 0 {
		exec.Program = words[0]
		return exec
	}
	exec.Program = shell(env)
	exec.Args = []string{"-" + filepath.Base(exec.Program)}
	return exec
}

// shell is the shell that the environment names, or else the caller's: a user
// who is in no passwd file has one too.
func shell(env []string) string {
	if s, _ := variable(env, "SHELL"); s != "" {
		return s
	}
	if user, err := passwd.Find("/", strconv.Itoa(os.Getuid())); err == nil && user.Shell != "" {
		return user.Shell
	}
	return "/bin/sh"
}

// searchPath is the PATH of an environment, or the C library's default.
func searchPath(env []string) []string {
	if path, ok := variable(env, "PATH"); ok {
		return strings.Split(path, ":")
	}
	return []string{"/bin", "/usr/bin"}
}

// variable is the value of an environment variable.
func variable(env []string, name string) (value string, ok bool) {
	for _, v := range env {
		if n, value, ok := strings.Cut(v, "="); ok && n == name {
			return value, true
		}
	}
	return "", false
}

// CheckOpen makes sure that the n descriptors from 3 on, which are to be passed
// on, are the caller's: isle has opened none yet.
func CheckOpen(n int) error {
	for fd := 3; fd < 3+n; fd++ {
		// Those that isle has opened itself are closed at an exec.
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC != 0 {
			return fmt.Errorf("descriptor %d is not open, so it cannot be passed on", fd)
		}
	}
	return nil
}
