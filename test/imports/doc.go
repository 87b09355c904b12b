// Package imports holds the house together: its tests fail when an import runs
// up, when web or image code comes into the path of a command whose start is
// counted in microseconds, and when a package lacks a doc.go, uses cgo, is
// called util, or has a file too long to read.
//
// It must never be imported. It rests on go list and on ARCHITECTURE.md.
package imports
