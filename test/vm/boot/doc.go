// Package boot starts a throw-away guest on a kernel of its own, in qemu or as
// User-mode Linux, has it run one command with folders of the host's, and returns
// the command's exit status. What the guest does is in package inside.
//
// It expects to be in a mount and PID namespace of its own, with which whatever
// it started and mounted goes, and must import nothing of isle. See qemu(1),
// virtiofsd(1) and the kernel's Documentation/virt/uml.
package boot
