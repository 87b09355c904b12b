// Package cache keeps what guests are made of in a folder: kernels and root file
// systems, all from Debian's mirror as the host's apt knows it, checked by apt
// with Debian's keys. What is missing is fetched when it is asked for.
//
// It needs root, and must import nothing of isle. See apt-get(8), mmdebstrap(1),
// mke2fs(8), modprobe(8).
package cache
