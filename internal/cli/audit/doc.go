// Package audit is the command that says how exposed a live process is.
//
// The rules are in isle/internal/audit. It must not import the other commands,
// nor anything heavy at start.
package audit
