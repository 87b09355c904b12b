// Package cgroup finds the cgroups that a process is in, and what they limit,
// on version 1, version 2 and both.
//
// It imports nothing of isle and writes nothing. It rests on cgroups(7) and the
// kernel's admin-guide/cgroup-v2.
package cgroup
