// Package tree reads and writes the files of containers: as archives, and as what
// a container has changed over its image's layers.
//
// A container is hostile. Its root is a descriptor, every path is resolved inside
// of that by the kernel and never twice, and no link leads out of it; what is
// read is opened as a path first, so that no pipe or device is opened. The package
// knows nothing of how a root is put together. It rests on openat2(2), tar(5) and
// the layer rules of the OCI image specification.
package tree
