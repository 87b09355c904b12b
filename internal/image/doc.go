// Package image brings images into the store and out of it: archives of docker
// and of OCI are read and written, layers unpacked as overlayfs takes them, and
// what has lost its last name is taken away.
//
// What comes in is hostile until shown otherwise: content goes by its digest,
// sizes are bounded, and what a failure leaves is gone before the error is told.
// It must never be linked into cmd/isle: cmd/isle-image has it. Unpacking itself
// is package rootfs. It rests on the OCI image specification and on the format
// of docker save.
package image
