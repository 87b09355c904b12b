// Package why finds out why a step of a plan failed: given the system call, its
// errno and what the step knew (Failure), it probes this host for the causes
// that the kernel has for that answer and says which one it was and what would
// mend it. A cause is stated only if a probe or the kernel's own order of
// checks confirmed it.
//
// It imports nothing of isle but package ns, and does nothing until asked. It
// rests on clone(2), user_namespaces(7), mount_namespaces(7), pid_namespaces(7),
// setns(2), pivot_root(2), execve(2), seccomp(2) and proc(5).
package why
