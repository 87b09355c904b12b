package feature

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mapSelf appends the calls that map one user and one group id inside to those
// with which the calling process came into its user namespace.
func (s *script) mapSelf(inside, uid, gid int) {
	s.write("/proc/self/setgroups", "deny")
	s.write("/proc/self/uid_map", fmt.Sprintf("%d %d 1", inside, uid))
	s.write("/proc/self/gid_map", fmt.Sprintf("%d %d 1", inside, gid))
}

func (s *script) write(path, text string) {
	fd := s.call("open "+path, unix.SYS_OPENAT, unix.AT_FDCWD, path, unix.O_WRONLY|unix.O_CLOEXEC)
	s.call("write "+path, unix.SYS_WRITE, fd, []byte(text), len(text))
	s.call("close "+path, unix.SYS_CLOSE, fd)
}

// maxDepth is more user namespaces than Linux nests (user_namespaces(7)).
const maxDepth = 40

// nesting counts the user namespaces that fit into each other from here on.
func nesting() int {
	s := new(script)
	uid, gid := os.Geteuid(), os.Getegid()
	var perLevel int
	for range maxDepth {
		s.call("unshare", unix.SYS_UNSHARE, unix.CLONE_NEWUSER)
		s.mapSelf(0, uid, gid)
		uid, gid = 0, 0
		if perLevel == 0 {
			perLevel = len(s.calls)
		}
	}
	failed, ok := errors.AsType[*callError](s.run(0))
	if !ok || failed.call < 0 {
		return 0
	}
	levels := int(failed.call) / perLevel
	if int(failed.call)%perLevel != 0 {
		levels++ // it was made, and only its map failed
	}
	return levels
}

func askNesting() (string, error) {
	switch depth := nesting(); depth {
	case 0:
		return "", fmt.Errorf("not even one can be made")
	case 1:
		return "", no("only one level is left here")
	default:
		return levels(depth), nil
	}
}

func levels(depth int) string { return fmt.Sprintf("%d levels", depth) }
