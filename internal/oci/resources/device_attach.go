package resources

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// attachAttr is the part of union bpf_attr that BPF_PROG_ATTACH and DETACH take.
type attachAttr struct{ target, program, kind, flags, replace uint32 }

// queryAttr is the part that BPF_PROG_QUERY takes.
type queryAttr struct {
	target, kind, flags, attached uint32
	ids                           unsafe.Pointer
	count, _                      uint32
}

// infoAttr is the part that BPF_OBJ_GET_INFO_BY_FD takes.
type infoAttr struct {
	fd, size uint32
	info     unsafe.Pointer
}

const (
	infoName     = 64 // offset of the name in struct bpf_prog_info
	infoSize     = infoName + 16
	mostPrograms = 64 // BPF_CGROUP_MAX_PROGS
)

// attachDevices has the kernel ask a program of these verdicts whenever a process of
// the group opens or makes a device. The attachment holds the program, no process
// does. A program of ours that is there is exchanged in one step, so that at no
// time both or none counts; programs of others, such as systemd's, stay.
func (t *Tree) attachDevices(table []verdict) error {
	doing := "attach the device rules to " + t.Dir()
	target, err := t.at(t.Path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return &Error{Doing: doing, Err: err, Hint: hint("", err)}
	}
	defer unix.Close(target)
	program, err := loadProgram(assemble(table))
	if err != nil {
		return &Error{Doing: doing, Err: err, Hint: bpfHint(err)}
	}
	defer unix.Close(program)
	old := ours(target)
	if err = exchange(target, program, old); err != nil {
		err = &Error{Doing: doing, Err: err, Hint: bpfHint(err)}
	}
	for _, fd := range old {
		unix.Close(fd)
	}
	return err
}

func exchange(target, program int, old []int) error {
	a := attachAttr{target: uint32(target), program: uint32(program), kind: unix.BPF_CGROUP_DEVICE, flags: unix.BPF_F_ALLOW_MULTI}
	if len(old) > 0 {
		a.flags |= unix.BPF_F_REPLACE
		a.replace = uint32(old[0])
	}
	_, err := bpf(unix.BPF_PROG_ATTACH, unsafe.Pointer(&a), unsafe.Sizeof(a))
	if errors.Is(err, unix.EINVAL) && len(old) > 0 { // kernels before 5.6
		a.flags, a.replace = unix.BPF_F_ALLOW_MULTI, 0
		_, err = bpf(unix.BPF_PROG_ATTACH, unsafe.Pointer(&a), unsafe.Sizeof(a))
	} else if len(old) > 0 {
		old = old[1:]
	}
	if err != nil {
		return err
	}
	for _, fd := range old {
		d := attachAttr{target: uint32(target), program: uint32(fd), kind: unix.BPF_CGROUP_DEVICE}
		if _, err := bpf(unix.BPF_PROG_DETACH, unsafe.Pointer(&d), unsafe.Sizeof(d)); err != nil {
			return err
		}
	}
	return nil
}

// ours opens the programs of ours that are attached to a group.
func ours(target int) []int {
	var ids [mostPrograms]uint32
	q := queryAttr{target: uint32(target), kind: unix.BPF_CGROUP_DEVICE, ids: unsafe.Pointer(&ids[0]), count: mostPrograms}
	if _, err := bpf(unix.BPF_PROG_QUERY, unsafe.Pointer(&q), unsafe.Sizeof(q)); err != nil {
		return nil
	}
	var list []int
	for _, id := range ids[:min(q.count, mostPrograms)] {
		a := [3]uint32{id}
		fd, err := bpf(unix.BPF_PROG_GET_FD_BY_ID, unsafe.Pointer(&a), unsafe.Sizeof(a))
		if err != nil {
			continue
		}
		if nameOf(fd) == programName {
			list = append(list, fd)
		} else {
			unix.Close(fd)
		}
	}
	return list
}

func nameOf(fd int) string {
	var info [infoSize]byte
	a := infoAttr{fd: uint32(fd), size: infoSize, info: unsafe.Pointer(&info[0])}
	if _, err := bpf(unix.BPF_OBJ_GET_INFO_BY_FD, unsafe.Pointer(&a), unsafe.Sizeof(a)); err != nil {
		return ""
	}
	return unix.ByteSliceToString(info[infoName:])
}

func bpfHint(err error) string {
	switch {
	case errors.Is(err, unix.EPERM):
		return "it takes CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, on the machine itself"
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EINVAL):
		return "the kernel needs CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF"
	case errors.Is(err, unix.E2BIG):
		return "too many device rules"
	}
	return ""
}
