// Package cli is the front of isle: it picks the command that the name of the
// program or the first word asks for, and keeps the table of commands from
// which help, shell completion and the man pages are made. Each command is a
// package below this one.
//
// It must hold no logic of a command and do nothing before a command starts:
// the tree of package cobra is built only for help and completion. It rests on
// unshare(1), nsenter(1) and lsns(1) for the links that stand for them.
package cli
