// Command gen writes the man pages and shell completions of isle into docs/man
// and internal/cli/completions, and docs/coming-from-docker.md, from the tables of
// commands and options that isle itself uses. They are checked in, so that installing
// isle needs nothing but isle; a test fails when they differ from what the tables give.
//
// It must not be imported: what it links has no place in isle. It rests on
// man(7) and man-pages(7).
package main
