// Command isle puts a process on an island of its own with Linux namespaces.
// Called through a link named unshare, nsenter or lsns it is that tool.
//
// It must hold no logic: package internal/cli picks the command. It rests on
// namespaces(7).
package main
