// Package spawn makes the child process and runs a program in it: one clone3,
// then a short loop in assembly that makes the program's system calls, on no
// stack and in memory that is not Go's. No Go code runs in the child.
//
// It imports program and nothing else of isle; what the system calls are for
// it does not know. It rests on clone(2), execve(2), pidfd_open(2), waitid(2)
// and, for a program that takes the place of its caller, on elf(5).
package spawn
