package plan

import (
	"encoding/binary"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// resolve appends the instruction that opens a path inside the root: no link
// of an image, "..", or magic link of /proc leads out of it (openat2(2)).
func (r *Root) resolve(l *Lowering, name string, flags uint64) *program.Instr {
	return openHow(l, r.fd.Result(), relative(name), flags, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS).
		Called("open " + name + " in the root")
}

// resolveExact is like resolve for a path that must not have links in it
// either: where a link would decide what is hidden, or what hides it.
func (r *Root) resolveExact(l *Lowering, name string, flags uint64) *program.Instr {
	return openHow(l, r.fd.Result(), relative(name), flags, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS|unix.RESOLVE_NO_SYMLINKS).
		Called("open " + name + " in the root, which must be no link")
}

var resolveFlags = []struct {
	bit  uint64
	name string
}{
	{unix.RESOLVE_IN_ROOT, "RESOLVE_IN_ROOT"}, {unix.RESOLVE_NO_MAGICLINKS, "RESOLVE_NO_MAGICLINKS"}, {unix.RESOLVE_NO_SYMLINKS, "RESOLVE_NO_SYMLINKS"},
	{unix.RESOLVE_BENEATH, "RESOLVE_BENEATH"}, {unix.RESOLVE_NO_XDEV, "RESOLVE_NO_XDEV"},
}

// openHow appends openat2. While files are renamed or mounts made anywhere on
// the host, the kernel may be unable to say whether ".." left the root, and
// answers EAGAIN; an attempt takes microseconds, and only links with ".." in
// them need more than one, so that it is tried again without counting.
func openHow(l *Lowering, dir program.Arg, name string, flags, resolve uint64) *program.Instr {
	again := l.Label("again")
	l.Mark(again)
	return l.Call(unix.SYS_OPENAT2, dir, l.Str(name), l.how(flags, resolve), program.Imm(24)).OnErrno(int(unix.EAGAIN), again)
}

// how is a struct open_how in the memory of a program.
type how struct {
	of             *program.Builder
	flags, resolve uint64
	arg            program.Arg
}

// how gives one that the program has already, for there are few that differ.
func (l *Lowering) how(flags, resolve uint64) program.Arg {
	for _, h := range l.hows {
		if h.of == l.Builder && h.flags == flags && h.resolve == resolve {
			return h.arg
		}
	}
	b := binary.LittleEndian.AppendUint64(nil, flags|unix.O_CLOEXEC)
	b = binary.LittleEndian.AppendUint64(b, 0)
	b = binary.LittleEndian.AppendUint64(b, resolve)
	var names []string
	for _, f := range resolveFlags {
		if resolve&f.bit != 0 {
			names = append(names, f.name)
		}
	}
	arg := l.Bytes(b, "{flags="+accessName(flags)+"|O_CLOEXEC, resolve="+strings.Join(names, "|")+"}")
	l.hows = append(l.hows, how{l.Builder, flags, resolve, arg})
	return arg
}

func accessName(flags uint64) string {
	switch {
	case flags&unix.O_PATH != 0:
		return "O_PATH"
	case flags&unix.O_RDWR != 0:
		return "O_RDWR|O_NOCTTY"
	case flags&unix.O_WRONLY != 0:
		return "O_WRONLY"
	}
	return "O_RDONLY"
}

// relative is a path in the root as openat2 takes it.
func relative(name string) string {
	if name = strings.TrimLeft(path.Clean("/"+name), "/"); name != "" {
		return name
	}
	return "."
}

// target appends the instructions that open a path inside the root for a mount
// on it, making what is missing of it: directories, and in the end a directory
// or an empty file. The cell holds the descriptor. An exact path must not have
// links in it.
func (r *Root) target(l *Lowering, name string, file, exact bool) program.Cell {
	fd, found, missing := l.Cell(8, "target"), l.Label("found"), l.Label("missing")
	resolve := r.resolve
	if exact {
		resolve = r.resolveExact
	}
	resolve(l, name, unix.O_PATH).Store(fd, 0).OnErrno(int(unix.ENOENT), missing).Then(found)
	l.Mark(missing)
	r.create(l, name, file, resolve).Store(fd, 0)
	l.Mark(found)
	return fd
}

// create makes each component that is missing, from the root down. Every
// prefix is resolved from the root, so that links in it stay inside, or are
// refused if resolve refuses them.
func (r *Root) create(l *Lowering, name string, file bool, resolve func(*Lowering, string, uint64) *program.Instr) *program.Instr {
	parts := strings.Split(relative(name), "/")
	parent := r.fd
	for i, part := range parts {
		prefix := strings.Join(parts[:i+1], "/")
		doing := "make " + name + " in the root"
		if file && i == len(parts)-1 {
			l.Call(unix.SYS_MKNODAT, parent.Result(), l.Str(part), program.Named(unix.S_IFREG|0o644, "S_IFREG|0644"), program.Imm(0)).
				Ignore(int(unix.EEXIST)).Called(doing)
		} else {
			l.Call(unix.SYS_MKDIRAT, parent.Result(), l.Str(part), program.Named(0o755, "0755")).Ignore(int(unix.EEXIST)).Called(doing)
		}
		parent = resolve(l, prefix, unix.O_PATH)
	}
	return parent
}
