// Package caps turns capability names into numbers and sets, and sets into the
// bytes that capset(2) takes. It is data: it changes nothing of its own process
// and asks the kernel only which capability is its last.
//
// It imports nothing of isle. It rests on capabilities(7), capset(2) and
// proc_pid_status(5).
package caps
