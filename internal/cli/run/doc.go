// Package run is the command isle run: a program on an island of its own. It
// turns options into a sandbox.Cmd and relays the terminal; what isolates is
// in package sandbox.
//
// It must not import the other commands, image or network code. Its manners
// are those of container engines: podman-run(1), bwrap(1).
package run
