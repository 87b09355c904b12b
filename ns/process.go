package ns

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Process is a process as a scan saw it.
type Process struct {
	PID  int    `json:"pid"`
	PPID int    `json:"ppid"`
	UID  uint32 `json:"uid"`  // effective
	Comm string `json:"comm"` // at most 15 bytes, as in /proc/PID/comm
	// Start is when it started, in clock ticks since the boot (proc_pid_stat(5)).
	Start uint64 `json:"start"`
	// Kernel says that it is a thread of the kernel's.
	Kernel bool `json:"kernel,omitempty"`
	// Zombie says that it has ended and its parent has not noticed yet: it is in
	// no namespace any more.
	Zombie bool `json:"zombie,omitempty"`
	// NS are the inode numbers of the namespaces that it is in, by kind; 0 where
	// they could not be read.
	NS [len(kinds)]uint64 `json:"ns"`
	// Command is the command line with blanks between the words, or Comm where
	// there is none. A scan leaves it empty: see ReadCommand.
	Command string `json:"command,omitempty"`

	threads int
}

// ReadProcess reads what /proc/PID/stat says of a process. Its namespaces, its
// user and its command are left out. The error is ESRCH or ENOENT if it is gone.
func ReadProcess(pid int) (*Process, error) {
	proc, err := openProcfs(1 << 10)
	if err != nil {
		return nil, err
	}
	defer proc.close()
	p := &Process{PID: pid}
	if errno := proc.stat(p); errno != 0 {
		return nil, errno
	}
	return p, nil
}

// ReadCommand fills in the command line, of a process that may have another one
// by now, or be gone: then Comm stands for it.
func (p *Process) ReadCommand() string {
	if p.Command == "" {
		text := beginning("/proc/"+strconv.Itoa(p.PID)+"/cmdline", longestCommand)
		words := bytes.ReplaceAll(bytes.TrimRight(text, "\x00"), []byte{0}, []byte{' '})
		if p.Command = strings.ToValidUTF8(string(words), "�"); p.Command == "" {
			p.Command = p.Comm
		}
	}
	return p.Command
}

// longestCommand is how much of a command line is read, in bytes: it may be said
// to be of any length.
const longestCommand = 16 << 10

// beginning reads the beginning of a file.
func beginning(path string, most int64) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, most))
	return text
}

// The fields of /proc/PID/stat behind the name, counted from 0.
const (
	statState   = 0
	statPPID    = 1
	statFlags   = 6
	statThreads = 17
	statStart   = 19
)

// kernelThread is PF_KTHREAD of linux/sched.h.
const kernelThread = 0x00200000

// stat reads what /proc/PID/stat says of a process.
func (p *procfs) stat(process *Process) syscall.Errno {
	text, errno := p.file(process.PID, "/stat")
	if errno != 0 {
		return errno
	}
	open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')') // the name may hold both
	if open < 0 || end < open || end+2 > len(text) {
		return unix.ESRCH
	}
	process.Comm = strings.ToValidUTF8(string(text[open+1:end]), "�")
	for n, rest := 0, text[end+2:]; n <= statStart && len(rest) > 0; n++ {
		field, after, _ := bytes.Cut(rest, []byte{' '})
		value, _ := number(field)
		switch n {
		case statState:
			process.Zombie = len(field) == 1 && (field[0] == 'Z' || field[0] == 'X')
		case statPPID:
			process.PPID = int(value)
		case statFlags:
			process.Kernel = value&kernelThread != 0
		case statThreads:
			process.threads = int(value)
		case statStart:
			process.Start = value
		}
		rest = after
	}
	if process.threads > 1 { // the others live on
		process.Zombie = false
	}
	return 0
}

// count reads how many threads a process has: there is a directory for each,
// beside the one of its namespaces.
func (p *procfs) count(process *Process, dir int) syscall.Errno {
	var st unix.Stat_t
	errno := p.fstatat(dir, unsafe.StringData("../task\x00"), &st)
	process.threads = int(st.Nlink) - 2
	return errno
}

// owner reads the effective user: whom the directory of the process belongs to.
func (p *procfs) owner(process *Process) syscall.Errno {
	var st unix.Stat_t
	errno := p.fstatat(p.root, p.at(process.PID, ""), &st)
	process.UID = st.Uid
	return errno
}

// namespaces reads the links of a directory "ns" of a process or a thread, and
// returns how many there are and could not be read for lack of privilege.
func (p *procfs) namespaces(dir int, wanted Set, to *[len(kinds)]uint64) (refused int) {
	for k := range kinds {
		if !wanted.Has(Kind(k)) {
			continue
		}
		link, errno := p.readlink(dir, unsafe.StringData(links[k]))
		if errno == 0 {
			to[k], _ = inode(link)
		} else if errno == unix.EACCES || errno == unix.EPERM {
			refused++
			break // the others answer the same
		}
	}
	return refused
}

// links are the names of the links, with a zero behind each.
var links = [len(kinds)]string{
	User: "user\x00", Cgroup: "cgroup\x00", IPC: "ipc\x00", UTS: "uts\x00", Net: "net\x00", PID: "pid\x00", Mount: "mnt\x00", Time: "time\x00",
}
