package oci

import "isle/internal/plan"

// Layered is a root that is put together of layers, at root.path of the
// configuration and in the container's own mount namespace: nothing of it is ever
// mounted on the host.
type Layered struct {
	Lowers      []string // folders, the topmost first
	Upper, Work string   // what is written goes to Upper; Work is empty, and beside it
}

func (l *Layered) step(root *plan.Root, mapped bool) plan.Step {
	return &plan.Overlay{Lowers: l.Lowers, Upper: l.Upper, Work: l.Work, Target: root.Dir, UserXattr: mapped, Root: root, Hidden: true}
}
