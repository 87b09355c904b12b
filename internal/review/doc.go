// Package review keeps what a program wrote to overlays of the host's files:
// it lists the changes, shows them as text, and applies all or some of them to
// the real files, or none.
//
// The program is hostile. What it wrote is only ever reached by descriptors
// below the layers, and a path of the host is resolved by the kernel below the
// mount that the program saw, without links, each time anew. A file is replaced
// whole, and not at all if it has changed meanwhile. The package must never
// import cli.
//
// It rests on Documentation/filesystems/overlayfs.rst, openat2(2), renameat2(2),
// inode(7), xattr(7) and capabilities(7).
package review
