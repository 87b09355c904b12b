package plan

import "golang.org/x/sys/unix"

// Where the kernel's struct stat has the owner, and the call that fills it.
const (
	sysFstatat = unix.SYS_FSTATAT
	statUID    = 24
	statGID    = 28
)
