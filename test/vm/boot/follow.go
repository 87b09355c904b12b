package boot

import (
	"io"
	"os"
	"time"
)

// follow copies the file name to out while it grows, and until the function that
// it returns is called, which copies the rest. The file need not be there yet.
func follow(name string, out io.Writer) (stop func()) {
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		var f *os.File
		for last := false; ; {
			if f == nil {
				f, _ = os.Open(name)
			}
			if f != nil {
				// A reader that has left is no reason to end the guest.
				_, _ = io.Copy(out, f)
			}
			if last {
				f.Close()
				return
			}
			select {
			case <-ended:
				last = true
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() { close(ended); <-done }
}
