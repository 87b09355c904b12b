//go:build !amd64

package seccomp

import "syscall"

// int80 exists on amd64 only.
func int80(probe) syscall.Errno { return syscall.ENOSYS }
