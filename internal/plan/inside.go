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
	how := binary.LittleEndian.AppendUint64(nil, flags|unix.O_CLOEXEC)
	how = binary.LittleEndian.AppendUint64(how, 0)
	how = binary.LittleEndian.AppendUint64(how, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS)
	text := "{flags=O_PATH|O_CLOEXEC, resolve=RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS}"
	return l.Call(unix.SYS_OPENAT2, r.fd.Result(), l.Str(relative(name)), l.Bytes(how, text), program.Imm(24)).
		Called("open " + name + " in the root")
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
// or an empty file. The cell holds the descriptor.
func (r *Root) target(l *Lowering, name string, file bool) program.Cell {
	fd, found, missing := l.Cell(8, "target"), l.Label("found"), l.Label("missing")
	r.resolve(l, name, unix.O_PATH).Store(fd, 0).OnErrno(int(unix.ENOENT), missing).Then(found)
	l.Mark(missing)
	r.create(l, name, file).Store(fd, 0)
	l.Mark(found)
	return fd
}

// create makes each component that is missing, from the root down. Every
// prefix is resolved from the root, so that links in it stay inside.
func (r *Root) create(l *Lowering, name string, file bool) *program.Instr {
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
		parent = r.resolve(l, prefix, unix.O_PATH)
	}
	return parent
}
