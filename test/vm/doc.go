// Command vm is the test bed: it boots throw-away guests on kernels that this
// machine has not got, and runs commands and isle's compiled tests in them.
//
//	vm setup [KERNEL|ROOT]...      fetch what the table's guests are made of (-quick: CI's), or more
//	vm run [OPTION]... [COMMAND]   run a command in a guest, exit as it does
//	vm test [OPTION]... [GUEST]... run the tests of the table in table.go
//
// It works in a mount and PID namespace of its own: when it ends, however it ends,
// no process, mount or file of a guest is left. It imports nothing of isle, which
// it tests. See unshare(2), pid_namespaces(7).
package main
