// Command gen writes the decoder's methods, one for every struct that specs.Spec
// leads to; go generate in package bundle runs it. With an argument it writes to
// the file of that name instead.
//
// It must not be imported: it is no part of isle. It rests on reflect and on the
// JSON tags of the runtime specification's specs-go.
package main
