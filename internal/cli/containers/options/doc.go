// Package options reads what isle run, isle create and isle update are told of a
// container: podman's options, as podman-run(1) has them, become a request.
//
// It is a table and readers of texts. It starts nothing and asks no store; what it
// reads beside the command line are the files and variables that an option names.
// What podman has and isle has not stands in the table too, with the reason.
package options
