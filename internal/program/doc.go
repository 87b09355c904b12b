// Package program holds a flat list of system calls as data: the form in which
// a plan reaches the process that carries it out.
//
// A Builder assembles instructions and their data; an Image is the assembled
// program laid out for one address in memory, ready for the loop in package
// spawn; Listing prints it. Nothing here makes a system call, and nothing here
// knows of steps beyond their number. It imports nothing of isle.
//
// It rests on syscall(2) and on the layout that spawn's assembly reads.
package program
