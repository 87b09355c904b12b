// Package diff is the command that says how two live processes differ.
//
// It must not import the other commands, nor anything heavy at start. It rests
// on packages inspect and compare.
package diff
