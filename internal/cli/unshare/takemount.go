package unshare

import (
	"errors"

	"isle/ns"
)

const (
	procDir   = "/proc"
	binfmtDir = "/proc/sys/fs/binfmt_misc"
)

func takeMountProc(o *Options, _ *flag, v value) error {
	o.New = o.New.With(ns.Mount)
	o.MountProc = v.orDefault(procDir)
	return path(o.MountProc, "mount  failed")
}

func takeMountBinfmt(o *Options, _ *flag, v value) error {
	o.New = o.New.With(ns.Mount).With(ns.User)
	if !v.given {
		o.defaultBinfmt()
		return nil
	}
	o.MountBinfmt = v.text
	return path(v.text, "mount  failed")
}

func takeLoadInterp(o *Options, _ *flag, v value) error {
	o.New = o.New.With(ns.Mount).With(ns.User)
	if o.LoadInterp = v.text; v.text == "" {
		return errors.New("invalid binary format ''")
	}
	if o.MountBinfmt == "" {
		o.defaultBinfmt()
	}
	return nil
}

// defaultBinfmt mounts binfmt_misc in its usual place, which takes a proc of
// the new user namespace's own below it.
func (o *Options) defaultBinfmt() {
	o.MountBinfmt = binfmtDir
	if o.MountProc == "" {
		o.MountProc = procDir
	}
}

func takePropagation(o *Options, _ *flag, v value) error {
	o.Propagation = v.text
	return word(v.text, "unsupported propagation mode: %s", "private", "shared", "slave", "unchanged")
}

func takeRoot(o *Options, _ *flag, v value) error {
	o.Root = v.text
	return path(v.text, "cannot change root directory to ''")
}

func takeWD(o *Options, _ *flag, v value) error {
	o.WD = v.text
	return path(v.text, "cannot change directory to ")
}
