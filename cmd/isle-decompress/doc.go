// Command isle-decompress reads a compressed stream from standard input and
// writes what it holds to standard output. isle runs it for root file systems
// in zstd and xz: the libraries for these formats are slow to initialise, which
// isle itself must not be.
//
// It imports nothing of isle. It rests on RFC 8878 and on the xz file format.
package main
