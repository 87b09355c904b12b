// Package steps drives a program as a user at a shell does, a command after the
// other, and looks at what it prints and how it ends.
//
// It is for tests only, and imports nothing of isle.
package steps
