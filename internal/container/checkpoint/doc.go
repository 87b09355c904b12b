// Package checkpoint has the program criu write a container's processes to
// files and make them again from those. It speaks to criu over a socket, knows
// criu's names for what the files do not hold (mounts, streams and namespaces
// from outside), and keeps no state.
//
// It must not import internal/container, whose verbs it serves, nor a library
// for protobuf. It rests on criu(8), criu's rpc.proto and the protobuf encoding.
package checkpoint
