package sandbox

import (
	"fmt"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
)

// landlock adds the ruleset, if paths were given.
func (b *builder) landlock() error {
	c := b.c
	if len(c.ReadOnlyPaths)+len(c.ReadWritePaths) == 0 {
		return nil
	}
	abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return fmt.Errorf("landlock is not to be had on this kernel: %w", errno)
	}
	if !c.NoNewPrivs {
		return fmt.Errorf("landlock needs no_new_privs")
	}
	b.p.Add(&plan.Landlock{ABI: int(abi), ReadOnly: c.ReadOnlyPaths, ReadWrite: c.ReadWritePaths, Root: b.root})
	return nil
}
