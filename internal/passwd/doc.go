// Package passwd looks users and groups up in a root file system's own
// /etc/passwd and /etc/group, whose content and links are not to be trusted: a
// number that is none is an error, never user 0.
//
// It imports resolve alone of isle. It rests on passwd(5), group(5), openat2(2).
package passwd
