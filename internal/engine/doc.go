// Package engine has containers made from images: what they were asked to be and
// what became of them, on disk, and each step of their life. There is no daemon:
// who acts on a container holds its lock meanwhile, and what the kernel alone
// knows, such as whether it runs, the kernel is asked.
//
// The OCI runtime of package container is below it and starts the processes; the
// images are those of package store. It prints nothing. It rests on the OCI image
// specification ("Conversion to OCI Runtime Configuration") and, for what its
// words mean, on podman(1).
package engine
