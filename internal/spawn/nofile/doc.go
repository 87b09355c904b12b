// Package nofile remembers the soft limit of open files with which the process
// started. Go's package syscall raises it to the hard limit when it is
// initialised and tells nobody what it was, yet a program started by isle is
// to have the limit that its caller set.
//
// Packages are initialised in the order of their paths as far as their imports
// allow (the Go specification, "Program initialization"), so this one must
// import nothing: then it runs before package syscall. See getrlimit(2).
package nofile
