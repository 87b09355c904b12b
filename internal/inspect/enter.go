package inspect

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/netlink"
	"isle/internal/program"
	"isle/internal/spawn"
	"isle/ns"
)

// Names are what a UTS namespace calls the machine.
type Names struct {
	Host   string `json:"host"`
	Domain string `json:"domain"`
}

// window is what can only be opened inside of a process's namespaces.
type window struct {
	route, diag int        // sockets of netlink(7), -1 if there is none
	ipc         []*os.File // the tables of /proc/sysvipc
	queues      int        // a mount of mqueue, -1 if that was refused
	names       *os.File   // a pipe with what uname(2) said
}

func (w *window) close() {
	for _, fd := range [...]int{w.route, w.diag, w.queues} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	for _, f := range append(w.ipc, w.names) {
		if f != nil {
			f.Close()
		}
	}
}

// fill takes the files in the order in which the child opened them.
func (w *window) fill(files []int) error {
	sockets, tables := 2, len(ipcTables)
	if len(files) < sockets+tables {
		for _, fd := range files {
			unix.Close(fd)
		}
		return errors.New("the child ended early")
	}
	w.route, w.diag = files[0], files[1]
	for i, fd := range files[sockets : sockets+tables] {
		w.ipc = append(w.ipc, os.NewFile(uintptr(fd), "/proc/sysvipc/"+ipcTables[i].file))
	}
	if len(files) > sockets+tables {
		w.queues = files[sockets+tables]
	}
	return nil
}

// inner are the kinds of namespace that have to be entered.
const inner = ns.Set(1<<ns.Net | 1<<ns.IPC | 1<<ns.UTS)

// enter looks at the network, the IPC objects and the names from within.
func (p *Process) enter() error {
	w, err := open(p.PID, p.foreign())
	if err != nil {
		return errors.Join(err, p.readTCP())
	}
	defer w.close()
	if p.Network.Links, err = netlink.Links(w.route); err == nil {
		p.Network.Addresses, err = netlink.Addresses(w.route)
	}
	if err == nil {
		p.Network.Routes, err = netlink.Routes(w.route)
	}
	if list, diagErr := netlink.Listening(w.diag); diagErr == nil {
		p.Network.listen("tcp", list)
	} else {
		err = errors.Join(err, p.readTCP()) // a kernel without tcp_diag
	}
	ipc, err2 := readIPC(w)
	p.IPC = ipc
	names, err3 := readNames(w.names)
	p.Names = names
	return errors.Join(err, err2, err3)
}

// foreign are the kinds to be entered: those that this process is not in.
func (p *Process) foreign() (kinds ns.Set) {
	for _, k := range inner.With(ns.User).Kinds() {
		var here unix.Stat_t // of this thread, which may have left the others
		if err := unix.Stat("/proc/thread-self/ns/"+k.File(), &here); err != nil || here.Ino != p.NS[k] {
			kinds = kinds.With(k)
		}
	}
	return kinds
}

// open makes a child that joins the namespaces, opens what is wanted there,
// hands it over and ends. The child runs no Go code; see package spawn.
func open(pid int, kinds ns.Set) (*window, error) {
	control, err := spawn.NewControl()
	if err != nil {
		return nil, err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		control.Close()
		return nil, err
	}
	defer writer.Close()
	var files []int
	child, err := spawn.Start(spawn.Spec{
		Program: visit(pid, kinds, control, int(writer.Fd())), Control: control,
		Files: []func(fd int) error{func(fd int) error { files = append(files, fd); return nil }},
	})
	if err == nil {
		child.Wait(false)
		child.Release()
	}
	w := &window{route: -1, diag: -1, queues: -1, names: reader}
	if filled := w.fill(files); err == nil {
		err = filled
	}
	if err != nil {
		w.close()
		return nil, fmt.Errorf("enter the namespaces of process %d: %w", pid, cause(err))
	}
	return w, nil
}

// cause makes a failed instruction an errno, for it is a refusal most often.
func cause(err error) error {
	if f, ok := errors.AsType[*spawn.Failure](err); ok {
		return f.Errno
	}
	return err
}

// visit is the child's program.
func visit(pid int, kinds ns.Set, control *spawn.Control, names int) *program.Builder {
	b := &program.Builder{}
	fail, quit := b.Label("fail"), b.Label("quit")
	b.FailTo(fail)
	if kinds != 0 {
		join(b, pid, kinds)
	}
	for _, family := range [...]int{unix.NETLINK_ROUTE, unix.NETLINK_SOCK_DIAG} {
		spawn.SendFile(b, control, 0, b.Call(unix.SYS_SOCKET, program.Imm(unix.AF_NETLINK), program.Imm(unix.SOCK_RAW|unix.SOCK_CLOEXEC), program.Imm(family)))
	}
	for _, t := range ipcTables {
		spawn.SendFile(b, control, 0, b.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), b.Str("/proc/sysvipc/"+t.file), program.Imm(unix.O_RDONLY|unix.O_CLOEXEC)))
	}
	uts := b.Cell(unameSize, "utsname")
	b.Call(unix.SYS_UNAME, uts.Addr(0))
	b.Call(unix.SYS_WRITE, program.Imm(names), uts.Addr(0), program.Imm(unameSize))
	mountQueues(b, control, quit)
	b.Exit(program.Imm(0))
	spawn.Report(b, control, fail, quit)
	return b
}

// mountQueues appends a mount of the IPC namespace's POSIX queues, which nobody
// else sees (mq_overview(7)). Who may not mount has the rest all the same.
func mountQueues(b *program.Builder, control *spawn.Control, quit *program.Label) {
	context := b.Call(unix.SYS_FSOPEN, b.Str("mqueue"), program.Imm(unix.FSOPEN_CLOEXEC)).OnError(quit).Result()
	b.Call(unix.SYS_FSCONFIG, context, program.Imm(unix.FSCONFIG_CMD_CREATE), program.Null(), program.Null(), program.Imm(0)).OnError(quit)
	spawn.SendFile(b, control, 0, b.Call(unix.SYS_FSMOUNT, context, program.Imm(unix.FSMOUNT_CLOEXEC), program.Imm(unix.MOUNT_ATTR_RDONLY)).OnError(quit))
}

// join appends setns(2): first without the user namespace, for a caller who is
// privileged here and might not be there, then with it.
func join(b *program.Builder, pid int, kinds ns.Set) {
	pidfd := b.Call(unix.SYS_PIDFD_OPEN, program.Imm(pid), program.Imm(0)).Result()
	joined := b.Label("joined")
	if others := kinds.Without(ns.User); others == 0 {
		return // what is wanted is here already
	} else if kinds.Has(ns.User) {
		all := b.Label("with the user namespace")
		b.Call(unix.SYS_SETNS, pidfd, program.Imm(others.Flags())).OnError(all).Then(joined)
		b.Mark(all)
	}
	b.Call(unix.SYS_SETNS, pidfd, program.Imm(kinds.Flags()))
	b.Mark(joined)
}

// Netlink makes a netlink socket in the network namespace of a process, by way
// of its user namespace where that is needed. It is closed with unix.Close.
func Netlink(pid int) (int, error) {
	p := &Process{PID: pid}
	if err := p.readNamespaces(); err != nil {
		return -1, err
	}
	w, err := open(pid, p.foreign())
	if err != nil {
		return -1, err
	}
	fd := w.route
	w.route = -1
	w.close()
	return fd, nil
}
