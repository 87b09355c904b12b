// Package request says what a container was asked to be: what isle run and isle
// create have read from a command line, in the form in which it is written down
// with the container.
//
// It is data and nothing else: it opens nothing and imports nothing of isle. The
// fields are those of podman-run(1) and docker-run(1).
package request
