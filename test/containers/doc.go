// Package containers drives isle's containers from end to end, as root or as the
// ordinary user that it runs as: images, every verb of a container's life, limits,
// volumes, and what is left afterwards, which is to be nothing.
//
// It imports nothing of isle but what tests share. It rests on podman(1) and what
// scripts written for it expect.
package containers
