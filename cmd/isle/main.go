package main

import (
	"os"

	"isle/internal/cli"
)

func main() {
	grow()
	os.Exit(cli.Main(os.Args))
}

// grow has the stack grow once, while there is nothing on it, to what all commands
// do with. Otherwise it is copied again and again, and to copy it the runtime reads
// its tables of all the functions on it: half a MiB of the file, and time.
//
//go:noinline
func grow() byte {
	var space [28 << 10]byte
	use(&space)
	return space[len(space)-1]
}

//go:noinline
func use(space *[28 << 10]byte) { space[0] = 1 }
