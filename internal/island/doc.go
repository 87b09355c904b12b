// Package island groups the processes of a scan into sandboxes: an island is
// the processes that are in the same eight namespaces. It names an island after
// the container, the unit or the program that it is, and says which island it
// came out of.
//
// It imports package ns and nothing else of isle, and starts nothing. It rests on
// namespaces(7), cgroups(7), and on where engines keep what they know of their
// containers.
package island
