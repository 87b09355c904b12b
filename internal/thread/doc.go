// Package thread runs a function on a thread that goes where nobody may follow,
// such as into another namespace, and that ends with it.
//
// It imports nothing of isle. It rests on setns(2) and on what Go's runtime does
// with a locked thread whose goroutine ends.
package thread
