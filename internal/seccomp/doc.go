// Package seccomp compiles an OCI seccomp profile to the classic BPF program
// that the kernel runs on every system call, and reads profiles in the formats
// of OCI and of docker. It installs nothing: a plan lowers a Filter to seccomp(2).
//
// It imports nothing of isle. It rests on seccomp(2), bpf's "classic" half as
// in filter.txt of the kernel's documentation, syscall(2), and the section
// "Seccomp" of the OCI runtime specification's config-linux.md.
package seccomp

//go:generate go run ./gen
