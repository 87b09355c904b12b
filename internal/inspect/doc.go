// Package inspect says what the kernel tells of one live process: who it is,
// what it may do, and what it sees through its namespaces: mounts, links,
// addresses, ports, IPC objects, names, clocks.
//
// What cannot be read from outside it looks at from within: a child that joins
// the namespaces opens what is needed there and hands it over. It changes
// nothing, and must not import plan or sandbox. It rests on proc(5),
// capabilities(7), cgroups(7), setns(2) and sysvipc(7).
package inspect
