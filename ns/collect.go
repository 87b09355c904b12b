package ns

import (
	"bytes"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// collector looks at processes, one after the other. Several work at once.
type collector struct {
	*procfs
	found     *found
	processes []*Process
	held      []hold
	unread    Unread
	list      []byte   // of a directory's entries
	later     []socket // of the process being looked at
	pidfd     int      // of it as well, -1 if none is open
}

// hold is something that holds a namespace, other than a process that is in it.
type hold struct {
	inode    uint64
	kind     Kind
	by       holder
	pid, num int // num is a thread's id or a descriptor
}

type holder uint8

const (
	byTask holder = iota
	byChildren
	byFile
	bySocket
)

func (c *collector) begin() (err error) {
	c.list = make([]byte, 32<<10)
	c.pidfd = -1
	c.procfs, err = openProcfs(32 << 10)
	return err
}

func (c *collector) end() { c.close() }

// process looks at a process. One that vanishes meanwhile was none.
func (c *collector) process(pid int) {
	p := &Process{PID: pid}
	if !c.found.lean && c.look(p) != 0 {
		return
	}
	dir, errno := c.open(pid, "/ns", unix.O_PATH|unix.O_DIRECTORY)
	if errno != 0 {
		return
	}
	defer closeRaw(dir)
	if c.found.lean && c.count(p, dir) != 0 {
		return
	}
	if c.namespaces(dir, c.found.kinds, &p.NS) > 0 {
		c.unread.Namespaces++
	} else if !p.Kernel && !c.found.lean {
		c.forChildren(p, dir)
	}
	c.processes = append(c.processes, p)
	if p.Kernel {
		return // it has no descriptors, and its threads are processes
	}
	if p.threads > 1 {
		c.tasks(p)
	}
	c.descriptors(p, dir)
	for _, s := range c.later {
		c.socket(p, s)
	}
	c.later = c.later[:0]
	if c.pidfd >= 0 {
		unix.Close(c.pidfd)
		c.pidfd = -1
	}
}

// look reads what is wanted of the process itself.
func (c *collector) look(p *Process) syscall.Errno {
	if errno := c.stat(p); errno != 0 {
		return errno
	}
	return c.owner(p)
}

// forChildren finds namespaces that the process has made for its children.
func (c *collector) forChildren(p *Process, dir int) {
	for _, l := range [...]struct {
		kind Kind
		link string
	}{{PID, "pid_for_children\x00"}, {Time, "time_for_children\x00"}} {
		link, errno := c.readlink(dir, unsafe.StringData(l.link))
		if ino, ok := inode(link); errno == 0 && ok && ino != p.NS[l.kind] {
			c.held = append(c.held, hold{ino, l.kind, byChildren, p.PID, 0})
		}
	}
}

// tasks finds namespaces that only threads other than the first are in: each
// thread has its own, but for the user and PID namespaces and what it shares.
func (c *collector) tasks(p *Process) {
	dir, errno := c.open(p.PID, "/task", unix.O_RDONLY|unix.O_DIRECTORY)
	if errno != 0 {
		return
	}
	defer closeRaw(dir)
	var tids []int
	entries(dir, c.list, func(name []byte) {
		if tid, ok := number(name); ok && int(tid) != p.PID {
			tids = append(tids, int(tid))
		}
	})
	for _, tid := range tids {
		var in [len(kinds)]uint64
		nsDir, errno := c.open(tid, "/ns", unix.O_PATH|unix.O_DIRECTORY)
		if errno != 0 {
			continue
		}
		c.namespaces(nsDir, c.found.kinds, &in)
		closeRaw(nsDir)
		for k, ino := range in {
			if ino != 0 && ino != p.NS[k] {
				c.held = append(c.held, hold{ino, Kind(k), byTask, p.PID, tid})
			}
		}
	}
}

// kindOf is the kind of a namespace by the target of a link: "net:[4026531840]".
func kindOf(link []byte) (Kind, bool) {
	name, _, ok := bytes.Cut(link, []byte(":["))
	for k := range kinds {
		if ok && string(name) == kinds[k].file {
			return Kind(k), true
		}
	}
	return 0, false
}
