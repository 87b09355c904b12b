// Package report reads what tests said in several worlds, counts it, and finds
// the tests that ran in none.
//
// It reads the events of go test -json, which go doc test2json describes, and must
// import nothing of isle.
package report
