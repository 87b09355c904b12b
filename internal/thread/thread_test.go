package thread

import (
	"os"
	"runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// TestRun: it is never the first thread, and the thread is gone afterwards.
func TestRun(t *testing.T) {
	for range 200 {
		tid := 0
		Run(func() { tid = unix.Gettid() })
		if tid == os.Getpid() {
			t.Fatal("it ran on the first thread")
		}
		for n := 0; ; n++ {
			if _, err := os.Stat("/proc/self/task/" + strconv.Itoa(tid)); err != nil {
				break
			}
			if n == 1000000 {
				t.Fatal("the thread is still there")
			}
			runtime.Gosched()
		}
	}
}
