// Package rootfs makes a root file system out of an archive as docker export
// and podman export write it: unpacked by descriptor, whole or not at all, and
// kept in a cache so that the next run starts at once.
//
// An archive is hostile until shown otherwise. Every path in it is resolved by
// the kernel inside the new root and never twice; what it can make the host
// spend is bounded. The package must never import cli or image, and plan only by
// way of sandbox, which starts the programs that decompress.
//
// It rests on tar(5), openat2(2), mknod(2), xattr(7), capabilities(7), flock(2)
// and the layer rules of the OCI image specification.
package rootfs
