package sandbox

import (
	"encoding/binary"

	"isle/internal/why"
	"isle/ns"
)

// reportWriter appends numbers, and texts behind their lengths.
type reportWriter []byte

func (w *reportWriter) number(n uint64) { *w = binary.AppendUvarint(*w, n) }

func (w *reportWriter) text(s string) {
	w.number(uint64(len(s)))
	*w = append(*w, s...)
}

// reportReader reads them back. After something that cannot be read it is bad,
// and reads nothing more.
type reportReader struct {
	rest []byte
	bad  bool
}

func (r *reportReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.rest, r.bad = nil, true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reportReader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.rest, r.bad = nil, true
		return ""
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}

// eachFact calls one of the functions for each fact, which reads or replaces it.
func eachFact(f *why.Facts, text func(*string), number func(*uint64)) {
	op := string(f.Op)
	for _, s := range []*string{&op, &f.Source, &f.Target, &f.FSType, &f.Options, &f.Program, &f.SearchPath, &f.Root, &f.Mounts, &f.Map} {
		text(s)
	}
	f.Op = why.Op(op)
	kinds, created, pid, uid, gid := uint64(f.Kinds), uint64(f.New), uint64(f.PID), uint64(f.UID), uint64(f.GID)
	for _, n := range []*uint64{&kinds, &created, &pid, &uid, &gid} {
		number(n)
	}
	f.Kinds, f.New, f.PID, f.UID, f.GID = ns.Set(kinds), ns.Set(created), int(pid), uint32(uid), uint32(gid)
	for _, b := range []*bool{&f.Parent, &f.Inside, &f.Alone} {
		n := uint64(0)
		if *b {
			n = 1
		}
		number(&n)
		*b = n != 0
	}
}
