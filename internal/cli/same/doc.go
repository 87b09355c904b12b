// Package same is the command that says which namespaces processes share.
//
// It must not import the other commands, nor anything heavy at start. It rests
// on namespaces(7) and proc_pid_ns(5).
package same
