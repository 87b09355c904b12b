// Package beside finds the programs that belong to isle and stand beside it.
// What is heavy to start, such as a web server, is a program of its own, so that
// isle itself starts fast.
//
// It imports nothing of isle and starts nothing.
package beside
