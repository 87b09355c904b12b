// Command gen writes the tables of system call numbers from those of
// golang.org/x/sys/unix; go generate in package seccomp runs it.
//
// It must not be imported: it is no part of isle.
package main
