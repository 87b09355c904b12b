// Package username says what users of this host are called, and remembers it: a
// list has the same few users again and again.
//
// It imports nothing of isle. It rests on passwd(5).
package username
