// Package format prints rows by the Go templates that --format takes.
//
// It is slow to start, and so only for the programs that stand beside isle.
package format
