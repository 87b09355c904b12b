package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/ns"
)

// rootDirectory adds the steps from the new mount namespace to the pivot.
func (b *builder) rootDirectory() error {
	c := b.c
	if c.Root == nil {
		if c.New.Has(ns.Mount) {
			b.p.Add(&plan.Propagation{Mode: "private", Target: "/"})
		}
		if c.Dir != "" {
			b.p.Add(&plan.Chdir{Dir: c.Dir})
		}
		return nil
	}
	b.root = &plan.Root{}
	mounts, err := b.mounts()
	if err != nil {
		return err
	}
	b.p.Add(&plan.Propagation{Mode: "private", Target: "/"})
	take := &plan.Take{}
	base, err := b.base(take)
	if err != nil {
		return err
	}
	for _, step := range mounts {
		if bind, ok := step.(*plan.Bind); ok {
			take.Binds = append(take.Binds, bind)
		}
	}
	system := b.system(take)
	if len(take.Binds) > 0 {
		b.p.Add(take)
	}
	b.p.Add(base...)
	b.p.Add(system.mounts...)
	b.p.Add(mounts...)
	b.p.Add(system.masks...)
	if c.Root.ReadOnly {
		b.p.Add(&plan.ReadOnlyRoot{Root: b.root, Below: overlaysBelow(base)})
	}
	b.p.Add(&plan.Pivot{Root: b.root})
	if c.Dir != "" && c.Dir != "/" {
		b.p.Add(&plan.Chdir{Dir: c.Dir, Root: b.root})
	}
	return nil
}

// overlaysBelow are the overlays that lie in the root's own.
func overlaysBelow(base []plan.Step) []*plan.Root {
	var below []*plan.Root
	for _, step := range base {
		if o, ok := step.(*plan.Overlay); ok && o.Below {
			below = append(below, o.Root)
		}
	}
	return below
}

// base adds the steps that make the root directory itself.
func (b *builder) base(take *plan.Take) ([]plan.Step, error) {
	r := b.c.Root
	if r.Dir != "" {
		dir, err := realDirectory(r.Dir)
		if err != nil {
			return nil, err
		}
		b.root.Seen = dir
		if !r.Overlay {
			b.root.Dir = dir
			return []plan.Step{&plan.BindRoot{Root: b.root}}, nil
		}
		return b.overlays([]layer{{lower: dir, target: "/", mode: 0o755}}, take)
	}
	layers, err := hostLayers(b.inUserNamespace())
	if err != nil {
		return nil, err
	}
	return b.overlays(layers, take)
}

// realDirectory is the absolute path of a directory, without links, so that it
// means the same wherever the plan looks it up.
func realDirectory(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", err
	}
	info, err := os.Stat(abs)
	if err == nil && !info.IsDir() {
		err = &os.PathError{Op: "use as root", Path: dir, Err: unix.ENOTDIR}
	}
	return abs, err
}

// overlays adds a scratch place and what the layers need in it.
func (b *builder) overlays(layers []layer, take *plan.Take) ([]plan.Step, error) {
	scratch := &plan.Scratch{Dir: b.scratchPlace(layers), Dirs: []plan.ScratchDir{{Name: "root", Mode: 0o755}}}
	b.root.Dir = scratch.Dir + "/root"
	steps := []plan.Step{scratch}
	if layers[0].kind == madeDir {
		steps = append(steps, &plan.BindRoot{Root: b.root})
	}
	for i, l := range layers {
		step, err := b.layer(scratch, i, l, take)
		if err != nil {
			return nil, err
		}
		if step != nil {
			steps = append(steps, step)
		}
	}
	return steps, nil
}

// layer is the step that makes one layer, nil if the scratch place makes it.
func (b *builder) layer(scratch *plan.Scratch, i int, l layer, take *plan.Take) (plan.Step, error) {
	inRoot := func(l layer) plan.ScratchDir {
		return plan.ScratchDir{Name: "root" + l.target, Mode: l.mode, UID: l.uid, GID: l.gid, Link: l.link}
	}
	switch l.kind {
	case boundDir, boundFile:
		bind := &plan.Bind{Root: b.root, Source: l.lower, Target: l.target, File: l.kind == boundFile, Attributes: unix.MOUNT_ATTR_RDONLY, Fleeting: true}
		take.Binds = append(take.Binds, bind)
		return bind, nil
	case madeDir, madeLink:
		if l.target != "/" {
			scratch.Dirs = append(scratch.Dirs, inRoot(l))
		}
		return nil, nil
	}
	upper, work, err := b.upper(scratch, i, l)
	if err != nil {
		return nil, err
	}
	o := &plan.Overlay{Lowers: []string{l.lower}, Upper: upper, Work: work,
		Target: strings.TrimSuffix(b.root.Dir+l.target, "/"), UserXattr: b.inUserNamespace(), Plain: b.c.Root.Keep != ""}
	if l.target == "/" {
		o.Root = b.root
		return o, nil
	}
	if b.c.Root.ReadOnly {
		o.Root, o.Below = &plan.Root{Dir: o.Target}, true
	}
	if b.inUserNamespace() {
		scratch.Dirs = append(scratch.Dirs, inRoot(l))
	}
	return o, nil
}

// upper is where an overlay's changes go: the scratch place, or the directory
// that keeps them.
func (b *builder) upper(scratch *plan.Scratch, i int, l layer) (upper, work string, err error) {
	if b.c.Root.Keep == "" {
		upper, work = fmt.Sprintf("upper%d", i), fmt.Sprintf("work%d", i)
		scratch.Dirs = append(scratch.Dirs, plan.ScratchDir{Name: upper, Mode: l.mode, UID: l.uid, GID: l.gid}, plan.ScratchDir{Name: work, Mode: 0o700})
		return scratch.Dir + "/" + upper, scratch.Dir + "/" + work, nil
	}
	keep, err := filepath.Abs(b.c.Root.Keep)
	if err != nil {
		return "", "", err
	}
	name := "root"
	if l.target != "/" {
		name = strings.NewReplacer("%", "%25", "-", "%2d", "/", "-").Replace(l.target)
	}
	return filepath.Join(keep, "upper", name), filepath.Join(keep, "work", name), nil
}

// scratchPlace is a directory to cover with a tmpfs: one that no layer is in.
// /sys comes first, since nothing of the host's is needed there afterwards.
func (b *builder) scratchPlace(layers []layer) string {
	used := []string{b.c.Root.Keep}
	for _, l := range layers {
		used = append(used, l.lower)
	}
	for _, dir := range []string{"/sys", "/tmp", "/run", "/mnt", "/srv", "/var/tmp"} {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && !anyBelow(used, dir) {
			return dir
		}
	}
	return "/tmp"
}

func anyBelow(paths []string, dir string) bool {
	for _, p := range paths {
		if abs, err := filepath.Abs(p); err == nil && p != "" && (abs == dir || strings.HasPrefix(abs, dir+"/")) {
			return true
		}
	}
	return false
}
