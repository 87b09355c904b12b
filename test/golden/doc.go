// Package golden compares what a test got with what is checked in.
//
// It is for tests only, and imports nothing of isle.
package golden
