// Package programs makes the programs that tests run, at paths of their own: isle
// as it was built, the test's own program in other clothes, and busybox.
//
// It is for tests only.
package programs
