package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"isle/test/vm/boot/cache"
	"isle/test/vm/boot/inside"
)

// Exit statuses of vm itself; any other is the guest's command's.
const (
	statusUsage       = 2
	statusUnreachable = 3   // of setup and test: the mirror of Debian cannot be reached
	statusNone        = 124 // of run: the command has no exit status, the guest ended before it
	statusFailed      = 125 // no guest could be booted
)

// verbs are what vm does, each with its arguments. They return an exit status.
var verbs = []struct {
	name, usage string
	do          func(arguments []string) int
}{
	{"setup", "[-quick | KERNEL|ROOT...]", setup},
	{"run", "[OPTION]... [COMMAND [ARGUMENT]...]", run},
	{"test", "[OPTION]... [GUEST]...", test},
}

func main() {
	if inside.Called() {
		inside.Main()
	}
	os.Exit(vm(os.Args[1:]))
}

// vm does what the arguments say and returns the exit status.
func vm(arguments []string) int {
	for _, v := range verbs {
		if len(arguments) == 0 || arguments[0] != v.name {
			continue
		}
		if err := lacking(); err != nil {
			return complain(err)
		}
		if !enclosed() {
			return enclose()
		}
		if err := furnish(); err != nil {
			return complain(err)
		}
		return v.do(arguments[1:])
	}
	for _, v := range verbs {
		fmt.Fprintf(os.Stderr, "usage: vm %s %s\n", v.name, v.usage)
	}
	return statusUsage
}

// folder is the cache: $ISLE_VM, or isle/vm in the user's cache.
func folder() string {
	if dir := os.Getenv("ISLE_VM"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = "/var/cache"
	}
	return filepath.Join(dir, "isle", "vm")
}

// work is a folder for what goes with this process.
func work() string { return filepath.Join(folder(), "work") }

// open opens the cache.
func open() (*cache.Folder, error) { return cache.Open(folder(), work(), say) }

// say tells of progress.
func say(what string) { fmt.Fprintln(os.Stderr, "vm:", what) }

// complain tells of an error that kept vm from its work.
func complain(err error) int {
	say(err.Error())
	if errors.Is(err, cache.ErrUnreachable) {
		return statusUnreachable
	}
	return statusFailed
}
