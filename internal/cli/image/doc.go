// Package image is the commands for images. Those that only read and name what
// is here (images, inspect, history, tag) are carried out by isle itself; the
// others are handed over to isle-image, which parses their words with the same
// tables.
//
// It must not import the other commands, nor package image, which is slow to
// start. It rests on package store, podman(1) and docker(1).
package image
