// Package audit says how exposed a live process is: a table of rules, each of
// which looks for one weakness and weighs it, a score from 0 to 10, and for each
// weakness the option of isle and of a container engine that closes it.
//
// The score is the weight of the weaknesses found by the weight of all rules
// that could be told. A rule that could not be told is in neither sum and is
// listed as unknown. What makes a rule not applicable is a property of the
// machine, never of the process, so that closing a weakness never raises the
// score.
//
// The host is what process 1 is in. Where that may not be read it is the
// kernel's first namespaces, by their fixed inode numbers. So inside a container
// "the host" is that container, for one who may look at its process 1. Ids are
// those of the reader's user namespace.
//
// It judges by owner, group and mode bits: access control lists, Landlock and
// the eBPF programs of cgroups cannot be read from outside and are not judged.
//
// It must not import plan, sandbox, island, atlas or anything that draws. It
// changes nothing; it stops a process for a moment to read its filters unless
// told not to. It rests on inspect, and on proc(5), ptrace(2), seccomp(2),
// openat2(2), capabilities(7) and user_namespaces(7).
package audit
