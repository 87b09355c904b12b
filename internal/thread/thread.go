package thread

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// Run calls f on a thread of its own, and returns when f has. The thread is never
// unlocked, so that it ends, and nobody else is ever where f left it.
func Run(f func()) {
	done := make(chan struct{})
	go run(f, done)
	<-done
}

func run(f func(), done chan<- struct{}) {
	defer close(done)
	runtime.LockOSThread()
	if unix.Gettid() != unix.Getpid() {
		f()
		return
	}
	// Go does not end the first thread, and /proc/self is what it sees. As long
	// as this goroutine holds it, another one gets another thread.
	other := make(chan struct{})
	go run(f, other)
	<-other
	runtime.UnlockOSThread()
}
