// Package feature asks the host what it offers: system calls and their flags,
// namespaces, file systems in user namespaces, cgroups, set-id helpers. It asks
// by trying, not by the kernel's version, and knows three answers: yes, no, and
// could not tell. Nothing is asked before somebody wants to know.
//
// It imports package ns and nothing else of isle. It rests on clone(2),
// user_namespaces(7), namespaces(7), mount_setattr(2), seccomp(2), landlock(7),
// cgroups(7), subuid(5) and newuidmap(1).
package feature
