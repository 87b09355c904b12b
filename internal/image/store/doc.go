// Package store knows the images that are here: the folder that they are kept
// in, an OCI image layout with the unpacked layers beside it, their names, and
// the locks by which any number of processes use it at once.
//
// It reads and renames; it neither fetches nor unpacks, and it must import
// nothing that is slow to start, packages of hash sums among them, since every
// run of an image begins here. It rests on the OCI image specification (layout,
// index, manifest, configuration), flock(2) and rename(2).
package store
