package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// streams are the standard inputs and outputs of a container's processes as far
// as they come from outside, by criu's names for them: "pipe:[INODE]" for a
// pipe, "file[MOUNT:INODE]" for a file on a mount that is not the container's.
type streams struct {
	// standard are those of the first process. Another text stands for what
	// criu writes down itself, none for one that is closed.
	standard [3]string
	// null are names of the host's null device, which stays what it was.
	null []string
}

// readStreams finds out what the processes have, of which the first is the
// container's first one. A process that has ended meanwhile has nothing.
func readStreams(pids []int) (*streams, error) {
	mounts, err := mountsOf(pids[0])
	if err != nil {
		return nil, err
	}
	inside := func(id int) bool {
		return slices.ContainsFunc(mounts, func(m *mountinfo.Info) bool { return m.ID == id })
	}
	s := &streams{}
	for n := range s.standard {
		link, name, null := lookAt("/proc/"+strconv.Itoa(pids[0]), strconv.Itoa(n), inside)
		if s.standard[n] = link; name != "" && !null {
			s.standard[n] = name
		}
	}
	for _, pid := range pids {
		s.addNull("/proc/"+strconv.Itoa(pid), inside)
	}
	return s, nil
}

// addNull adds the null device by whatever descriptors a process has of it: a
// shell keeps its standard input elsewhere while a command has another.
func (s *streams) addNull(proc string, inside func(mount int) bool) {
	fds, err := os.ReadDir(proc + "/fd")
	if err != nil {
		return
	}
	for _, fd := range fds {
		if link, err := os.Readlink(proc + "/fd/" + fd.Name()); err != nil || !strings.HasSuffix(link, "/null") {
			continue
		}
		if _, name, null := lookAt(proc, fd.Name(), inside); null && name != "" && !slices.Contains(s.null, name) {
			s.null = append(s.null, name)
		}
	}
}

// lookAt looks at a descriptor of a process: what it leads to and, if that is a
// file on no mount of the container's, criu's name for it, and whether it is the
// null device. Terminals are not named, since criu has ways of its own for them.
func lookAt(proc, fd string, inside func(mount int) bool) (link, name string, null bool) {
	file := proc + "/fd/" + fd
	link, err := os.Readlink(file)
	var st unix.Stat_t
	if err != nil || unix.Stat(file, &st) != nil {
		return link, "", false
	}
	null = st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == unix.Mkdev(1, 3)
	if !null && st.Mode&unix.S_IFMT != unix.S_IFREG {
		return link, "", false
	}
	text, err := os.ReadFile(proc + "/fdinfo/" + fd)
	if err != nil {
		return link, "", false
	}
	for line := range strings.Lines(string(text)) {
		number, ok := strings.CutPrefix(line, "mnt_id:")
		if id, err := strconv.Atoi(strings.TrimSpace(number)); ok && err == nil && !inside(id) {
			return link, fmt.Sprintf("file[%x:%x]", id, st.Ino), null
		}
	}
	return link, "", false
}

// external names those that criu is not to write down.
func (s *streams) external() []string {
	names := slices.Clone(s.null)
	for _, name := range s.standard {
		if strings.HasPrefix(name, "file[") {
			names = append(names, name)
		}
	}
	return names
}

// inherited names what criu is to take in place of what it has not written
// down: its descriptors 0 to 2, and the null device, which it has as null.
func (s *streams) inherited(null int) ([]inherited, error) {
	var list []inherited
	for n, name := range s.standard {
		file := strings.HasPrefix(name, "file[")
		if !file && !strings.HasPrefix(name, "pipe:[") {
			continue
		}
		// criu goes to the place in the file that was the process's.
		if _, err := unix.Seek(n, 0, unix.SEEK_CUR); file && errors.Is(err, unix.ESPIPE) {
			return nil, fmt.Errorf("descriptor %d was a file, and can be restored as one only: now it is a pipe, terminal or socket", n)
		}
		list = append(list, inherited{name, n})
	}
	for _, name := range s.null {
		list = append(list, inherited{name, null})
	}
	return list, nil
}
