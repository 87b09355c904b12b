// Package terminal gives a test a person at a terminal: it starts a command in
// the foreground of a new pseudo terminal, types, and waits for what appears.
//
// It is for tests only. It rests on pty(7) and termios(3).
package terminal
