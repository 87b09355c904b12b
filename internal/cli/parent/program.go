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
func Program(words, env []string, root string) (*plan.Exec, error) {
	exec := &plan.Exec{Args: words, Env: env, Path: searchPath(env), Root: root}
	if len(words) > 0 {
		exec.Program = words[0]
		return exec, nil
	}
	exec.Program = os.Getenv("SHELL")
	if exec.Program == "" {
		user, err := passwd.Find("/", strconv.Itoa(os.Getuid()))
		if err != nil {
			return nil, err
		}
		exec.Program = user.Shell
	}
	exec.Args = []string{"-" + filepath.Base(exec.Program)}
	return exec, nil
}

// searchPath is the PATH of an environment, or the C library's default.
func searchPath(env []string) []string {
	for _, v := range env {
		if path, ok := strings.CutPrefix(v, "PATH="); ok {
			return strings.Split(path, ":")
		}
	}
	return []string{"/bin", "/usr/bin"}
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
