// Package ls is the command that lists the islands of a host for people: who is
// isolated, from what, and who shares with whom.
//
// It must not import the other commands, nor anything heavy at start. It rests
// on package island.
package ls
