package spawn

import (
	"syscall"
	_ "unsafe" // for linkname
)

// run runs the program whose first instruction is at entry on the calling
// thread and returns when it ends.
//
//go:noescape
func run(entry, status uintptr)

// clone3 makes the system call. The child never returns from it: it runs the
// program at entry. It returns a pid or a negative errno.
//
//go:noescape
func clone3(args, size, entry, status uintptr) (pid uintptr)

// loop is the loop itself, never called from Go.
//
//lint:ignore U1000 the assembly has it
func loop()

// loopEnd marks the end of the loop's bytes.
//
//lint:ignore U1000 the assembly has it
func loopEnd()

// loopBytes returns where the loop's machine code lies.
func loopBytes() (start, end *byte)

// beforeFork blocks all signals on the calling thread, so that no Go signal
// handler can run in the child, and keeps the goroutine on it.
//
//go:linkname beforeFork syscall.runtime_BeforeFork
func beforeFork()

//go:linkname afterFork syscall.runtime_AfterFork
func afterFork()

// Between beforeFork and afterFork Go can neither grow the stack nor allocate:
// the two functions below call nothing but assembly there.

// cloneQuietly is clone3 while no other goroutine can be between opening a
// descriptor and marking it close-on-exec.
//
//go:norace
func cloneQuietly(args, size, entry, status uintptr) uintptr {
	syscall.ForkLock.Lock()
	beforeFork()
	pid := clone3(args, size, entry, status)
	afterFork()
	syscall.ForkLock.Unlock()
	return pid
}

// runQuietly is run with all signals blocked, since the program may make
// processes itself.
//
//go:norace
func runQuietly(entry, status uintptr) {
	syscall.ForkLock.Lock()
	beforeFork()
	run(entry, status)
	afterFork()
	syscall.ForkLock.Unlock()
}
