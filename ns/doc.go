// Package ns looks at Linux namespaces: their kinds, their identity, who owns
// them and who shares them. It never creates or changes one; package sandbox does.
//
// It imports nothing else of isle. It rests on namespaces(7), ioctl_ns(2),
// user_namespaces(7) and proc(5).
package ns
