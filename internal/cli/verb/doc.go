// Package verb reads the command lines of those commands that list things or act
// on things by their names, and carries each out: in isle itself, or, for what is
// slow to start, by a program that stands beside isle.
//
// It knows no command. The commands' tables are getopt's, so that help, completion
// and man pages are made from them.
package verb
