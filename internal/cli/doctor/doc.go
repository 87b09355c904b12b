// Package doctor is the command that says what isle needs of this host. What
// is examined is in internal/doctor; here are the options.
//
// It must not import the other commands.
package doctor
