// Package plan describes an isolated process as an ordered list of steps. A
// step says in words what it does, prints itself as the shell commands a
// person would type, and lowers itself to the system calls that do it.
//
// A plan only describes: making one, printing it and lowering it open nothing
// and change nothing. Package sandbox carries plans out. Plan imports program
// and spawn's building blocks, the one-concept rooms and ns; never a front end.
//
// It rests on namespaces(7), clone(2), setns(2), mount(2), user_namespaces(7).
package plan
