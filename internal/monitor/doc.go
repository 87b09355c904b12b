// Package monitor is the process that holds a container while nobody looks: it
// has the other ends of its streams or terminal, keeps its log, lets clients
// attach, and knows when it has ended. What there is to decide it leaves to isle,
// which it executes to start the container, to end it, and to check its health.
//
// One thread waits for everything that can happen (loop.go). Nothing grows with
// what a container prints: a stream is read into one buffer, and read again only
// when the log and every client have got what is in it. A client that does not
// read therefore holds the container up, as the reader of a pipe would; after ten
// seconds it is let go, unless it is the one that runs the container in the
// foreground. The log has what it missed.
//
// What is typed goes to the container's standard input, which ends when a client
// says so; if it was told, also when the first client who could type has gone.
// SIGTERM says that the container is not to be started once more; no other signal
// means anything.
//
// If a monitor is killed its container goes on, with pipes that nobody reads: a
// program that prints then gets SIGPIPE, and one at a terminal SIGHUP.
//
// It must stay small, for there is one for every container: it has no JSON, and
// must not import package engine. It rests on epoll(7), pty(7), unix(7) and
// PR_SET_CHILD_SUBREAPER of prctl(2); conmon(8) is podman's.
package monitor
