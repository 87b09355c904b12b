package sandbox_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"isle/ns"
	"isle/sandbox"
)

// TestConcurrent starts many different sandboxes at once. Each has a name and
// input of its own, and a file that must not be another's.
func TestConcurrent(t *testing.T) {
	needUserNamespaces(t)
	checkLeaks(t)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 5 {
				if err := different(fmt.Sprintf("isle-%d-%d", i, j), i+j); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

func different(name string, n int) error {
	c := sandbox.Command("sh", "-c", "hostname; cat; for f in 3 4 5 6 7 8 9; do test ! -e /proc/$$/fd/$f || echo $f; done")
	c.New, c.Hostname = ns.SetOf(ns.User, ns.UTS), name
	c.Stdin = strings.NewReader(name + "\n")
	switch n % 4 {
	case 1:
		c.New = c.New.With(ns.IPC)
	case 2:
		c.DeathSignal = 9
	case 3:
		c.Path, c.Args = "/no/such/program", []string{name}
		if err := c.Run(); err == nil {
			return fmt.Errorf("%s ran a program that is not there", name)
		}
		return nil
	}
	out, err := c.Output()
	if want := name + "\n" + name + "\n"; string(out) != want || err != nil {
		return fmt.Errorf("got %q, %v; want %q", out, err, want)
	}
	return nil
}
