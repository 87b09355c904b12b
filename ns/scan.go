package ns

import (
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Scan looks at the whole host, or at what this process may see of it: at all
// processes, threads, descriptors, sockets and bind mounts, and from there at
// owners and parents. It costs some twenty system calls a process and some ten a
// namespace, on all processors at once. What vanishes meanwhile is passed over;
// the only error is that there is no /proc to read.
func Scan() (*Snapshot, error) { return scan(false, All) }

// ScanLean is Scan for those who want to know of the namespaces of some kinds
// only: of a process that is not the first in one, the snapshot has the pid and
// the namespaces, and what processes keep for their children is left out. It
// saves a third of the time, and the more the fewer kinds there are.
func ScanLean(wanted Set) (*Snapshot, error) { return scan(true, wanted) }

func scan(lean bool, wanted Set) (*Snapshot, error) {
	pids, err := processes()
	if err != nil {
		return nil, err
	}
	f := newFound()
	f.lean, f.kinds = lean, wanted.With(Mount).With(Net) // to find binds, and sockets elsewhere
	collectors := collect(pids, f)
	s := &Snapshot{Version: SnapshotVersion, Taken: time.Now().UTC()}
	s.Host, _ = os.Hostname()
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		s.Kernel = unix.ByteSliceToString(u.Release[:])
	}
	if id, err := IDOf(0, User); err == nil {
		s.Dev = id.Dev
	}
	for _, c := range collectors {
		s.Processes = append(s.Processes, c.processes...)
		s.Unread.add(c.unread)
	}
	slices.SortFunc(s.Processes, func(a, b *Process) int { return a.PID - b.PID })
	f.merge(s.Processes, collectors)
	if lean {
		f.leads(s)
	}
	s.Unread.Mounts = f.mounts()
	f.relate()
	f.listed()
	s.Namespaces = f.sorted()
	return s, nil
}

func (u *Unread) add(v Unread) {
	u.Namespaces += v.Namespaces
	u.Descriptors += v.Descriptors
	u.Sockets += v.Sockets
	u.Mounts += v.Mounts
}

// processes lists the pids in /proc.
func processes() ([]int, error) {
	fd, err := unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: "/proc", Err: err}
	}
	defer unix.Close(fd)
	var pids []int
	errno := entries(fd, make([]byte, 64<<10), func(name []byte) {
		if n, ok := number(name); ok {
			pids = append(pids, int(n))
		}
	})
	if errno != 0 {
		return nil, &os.PathError{Op: "read", Path: "/proc", Err: errno}
	}
	return pids, nil
}

// share is how many processes a collector takes at a time.
const share = 64

// collect looks at the processes, with a collector a processor.
func collect(pids []int, f *found) []*collector {
	var next atomic.Int64
	var all sync.WaitGroup
	collectors := make([]*collector, min(runtime.GOMAXPROCS(0), len(pids)/share+1))
	for i := range collectors {
		c := &collector{found: f}
		collectors[i] = c
		all.Go(func() {
			if c.begin() != nil {
				return
			}
			defer c.end()
			for {
				first := int(next.Add(share)) - share
				if first >= len(pids) {
					return
				}
				for _, pid := range pids[first:min(first+share, len(pids))] {
					c.process(pid)
				}
			}
		})
	}
	all.Wait()
	return collectors
}
