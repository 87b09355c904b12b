package why

import (
	"fmt"

	"isle/ns"
)

// powerless says why the process that failed had no capability over its
// namespace of kind k, if that is so. A new user namespace gives all
// capabilities, but only over the namespaces made in it (user_namespaces(7)).
func powerless(f Failure, h *Host, k ns.Kind, capability int) (Explanation, bool) {
	owner, _ := h.owner("self", k)
	switch {
	case f.New.Has(ns.User) && f.New.Has(k):
		return none()
	case f.New.Has(ns.User):
		return because(
			fmt.Sprintf("the %s namespace is still the one from outside, over which the new user namespace has no power", k),
			fmt.Sprintf("give the process a %s namespace of its own: --%s", k, k))
	case k != ns.User && !f.New.Has(k) && owner == ownerOutside:
		return because(
			fmt.Sprintf("the %s namespace belongs to an outer user namespace, over which this one has no power", k),
			fmt.Sprintf("give the process a %s namespace of its own: --%s", k, k))
	case h.lacks(capability):
		return because(
			fmt.Sprintf("it needs %s, which this process does not have", capName(capability)),
			"run it as root, or in a user namespace: --user --map-root-user")
	}
	return none()
}

// overKind makes a rule's probe of powerless.
func overKind(k ns.Kind, capability int) func(Failure, *Host) (Explanation, bool) {
	return func(f Failure, h *Host) (Explanation, bool) { return powerless(f, h, k, capability) }
}
