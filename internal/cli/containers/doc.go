// Package containers is the command line of containers made from images: a file a
// verb, each a table of options and what it prints. What is done is package
// engine's.
//
// It must stay light, since it is part of isle's own program: what needs Go
// templates or archives is in cmd/isle-container. The options, columns and exit
// codes are podman's, as its manual pages have them.
package containers
