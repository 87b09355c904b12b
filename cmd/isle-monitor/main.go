// A monitor has one thread that works: it need not know how many processors its
// cgroup gives it, for which Go would keep a file open and read it now and then.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0
package main

import (
	"os"

	"isle/internal/monitor"
)

func main() { os.Exit(monitor.Main(os.Args[1:])) }
