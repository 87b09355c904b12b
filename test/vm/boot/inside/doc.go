// Package inside is what runs in a guest: the init that the kernel starts from
// the initramfs, which mounts the disk, the shared folders and the cgroups, and
// the job, which runs one command and hands its exit status to the host.
//
// It runs as process 1 of a kernel of its own and nowhere else; it must import
// nothing of isle. See bootparam(7), cgroups(7) and systemd.unit(5).
package inside
