// Package resolve opens paths below a directory by openat2(2), so that what is
// in the directory cannot lead out of it.
//
// It imports nothing of isle. It rests on openat2(2).
package resolve
