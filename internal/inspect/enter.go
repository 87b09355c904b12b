package inspect

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/rtnetlink"
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
	netlink int        // a socket
	ipc     []*os.File // the tables of /proc/sysvipc
	names   *os.File   // a pipe with what uname(2) said
}

func (w *window) close() {
	if w.netlink >= 0 {
		unix.Close(w.netlink)
	}
	for _, f := range append(w.ipc, w.names) {
		if f != nil {
			f.Close()
		}
	}
}

// inner are the kinds of namespace that have to be entered.
const inner = ns.Set(1<<ns.Net | 1<<ns.IPC | 1<<ns.UTS)

// enter looks at the network, the IPC objects and the names from within.
func (p *Process) enter() error {
	w, err := open(p.PID, p.foreign())
	if err != nil {
		p.Network.Links = nil
		return err
	}
	defer w.close()
	if p.Network.Links, err = rtnetlink.Links(w.netlink); err == nil {
		p.Network.Addresses, err = rtnetlink.Addresses(w.netlink)
	}
	if err == nil {
		p.Network.Routes, err = rtnetlink.Routes(w.netlink)
	}
	ipc, err2 := readIPC(w.ipc)
	p.IPC = ipc
	names, err3 := readNames(w.names)
	p.Names = names
	return errors.Join(err, err2, err3)
}

// foreign are the kinds to be entered: those that this process is not in.
func (p *Process) foreign() (kinds ns.Set) {
	for _, k := range inner.With(ns.User).Kinds() {
		if id, err := ns.IDOf(0, k); err != nil || id.Ino != p.NS[k] {
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
		File: func(fd int) { files = append(files, fd) },
	})
	if err == nil {
		child.Wait(false)
		child.Release()
	}
	w := &window{netlink: -1, names: reader}
	for i, fd := range files {
		if i == 0 {
			w.netlink = fd
			continue
		}
		w.ipc = append(w.ipc, os.NewFile(uintptr(fd), "/proc/sysvipc/"+ipcTables[i-1].file))
	}
	if err == nil && len(files) != 1+len(ipcTables) {
		err = errors.New("the child ended early")
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
	spawn.SendFile(b, control, b.Call(unix.SYS_SOCKET, program.Imm(unix.AF_NETLINK), program.Imm(unix.SOCK_RAW|unix.SOCK_CLOEXEC), program.Imm(unix.NETLINK_ROUTE)))
	for _, t := range ipcTables {
		spawn.SendFile(b, control, b.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), b.Str("/proc/sysvipc/"+t.file), program.Imm(unix.O_RDONLY|unix.O_CLOEXEC)))
	}
	uts := b.Cell(unameSize, "utsname")
	b.Call(unix.SYS_UNAME, uts.Addr(0))
	b.Call(unix.SYS_WRITE, program.Imm(names), uts.Addr(0), program.Imm(unameSize))
	b.Exit(program.Imm(0))
	spawn.Report(b, control, fail, quit)
	return b
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
	fd := w.netlink
	w.netlink = -1
	w.close()
	return fd, nil
}
