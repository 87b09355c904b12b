package nsenter

import (
	"fmt"
	"math"
	"strings"

	"isle/internal/getopt"
	"isle/ns"
)

func takeAll(r *reader, _ *flag, _ value) error {
	r.All = true
	return nil
}

// takeTarget reads a pid, and the inode of its pidfd, which no other process
// ever has: the pid alone may come to mean another one.
func takeTarget(r *reader, _ *flag, v value) error {
	if r.PID != 0 {
		return problem("option --target may be given only once")
	}
	text, inode, checked := strings.Cut(v.text, ":")
	pid, err := positive(text, math.MaxInt32)
	if checked && err == nil {
		r.Inode, err = positive(inode, math.MaxUint64)
	}
	if err != nil {
		return fmt.Errorf("failed to parse PID argument '%s': %w", v.text, err)
	}
	r.PID = int(pid)
	return nil
}

// positive reads a number from 1 to limit.
func positive(s string, limit uint64) (uint64, error) {
	n, err := getopt.Uint(s, limit)
	if err == nil && n == 0 {
		err = getopt.ErrRange
	}
	return n, err
}

// takeKind takes a namespace. One whose file or id was given before stays that
// one, whatever follows without an argument.
func takeKind(r *reader, f *flag, v value) error {
	r.Enter = r.Enter.With(f.kind)
	if !v.given {
		return nil
	}
	if r.From == nil {
		r.From = make(map[ns.Kind]Origin)
	}
	path := v.stripped()
	if id, ok := strings.CutPrefix(path, ":"); ok {
		n, err := getopt.Uint(id, math.MaxUint64)
		r.From[f.kind] = Origin{ID: n}
		if err != nil {
			return fmt.Errorf("failed to parse nsid: %s", id)
		}
		return nil
	}
	r.From[f.kind] = Origin{Path: path}
	return openable(path)
}

func takeNetSocket(r *reader, f *flag, v value) error {
	n, err := getopt.Uint(v.text, math.MaxInt32)
	if err != nil {
		return getopt.BadNumber("file descriptor", v.text, err)
	}
	fd := int(n)
	r.Enter, r.NetSocket = r.Enter.With(f.kind), &fd
	return nil
}

func takeUserParent(r *reader, f *flag, _ value) error {
	r.Enter, r.UserParent = r.Enter.With(f.kind), true
	return nil
}
