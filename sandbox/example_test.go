package sandbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"strings"
	"time"

	"isle/ns"
	"isle/sandbox"
)

// Root inside, and the host's name left alone.
func Example() {
	cmd := sandbox.Command("sh", "-c", "id -u; uname -n")
	cmd.New = ns.SetOf(ns.User, ns.UTS)
	cmd.Hostname = "island"
	out, err := cmd.Output()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", out)
	// Output:
	// 0
	// island
}

// A program on the host's own files, which it cannot change: what it writes
// goes to an overlay that vanishes with it.
func ExampleCmd_Run_overlay() {
	cmd := sandbox.Command("sh", "-c", "echo written >/tmp/isle-example; cat /tmp/isle-example; echo process $$")
	cmd.New = ns.All &^ ns.SetOf(ns.Time)
	cmd.Root = &sandbox.Root{}
	cmd.Stdout = os.Stdout
	if err := cmd.Run(); err != nil {
		log.Fatal(err)
	}
	_, err := os.Stat("/tmp/isle-example")
	fmt.Println("gone:", errors.Is(err, fs.ErrNotExist))
	// Output:
	// written
	// process 1
	// gone: true
}

// A root made of a directory, with one more directory bound into it read-only.
func ExampleMount() {
	root, err := os.MkdirTemp("", "root")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(root)
	for _, link := range []string{"bin", "lib", "lib64"} {
		os.Symlink("usr/"+link, root+"/"+link)
	}

	cmd := sandbox.Command("sh", "-c", "ls -d /*; touch /usr/new || echo refused")
	cmd.New = ns.SetOf(ns.User, ns.Mount, ns.PID, ns.IPC, ns.Net)
	cmd.Root = &sandbox.Root{Dir: root, Overlay: true}
	cmd.Mounts = []sandbox.Mount{
		{Type: "bind", Source: "/usr", Target: "/usr", Options: []string{"ro"}},
		{Type: "tmpfs", Target: "/tmp", Options: []string{"size=1m"}},
	}
	cmd.Stdout = os.Stdout
	if err := cmd.Run(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// /bin
	// /dev
	// /lib
	// /lib64
	// /proc
	// /sys
	// /tmp
	// /usr
	// refused
}

// A context ends a program that takes too long, and with a PID namespace
// everything that it started.
func ExampleCommandContext() {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	cmd := sandbox.CommandContext(ctx, "sh", "-c", "sleep 1000 & sleep 1000")
	cmd.New = ns.SetOf(ns.User, ns.PID)
	err := cmd.Run()
	fmt.Println(err)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output:
	// signal: killed: context deadline exceeded
	// true
}

// What would be done can be shown before it is done.
func ExampleCmd_Show() {
	cmd := sandbox.Command("true")
	cmd.New = ns.SetOf(ns.UTS, ns.IPC)
	cmd.Hostname = "island"
	var steps bytes.Buffer
	if err := cmd.Show(&steps, "steps"); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(steps.String()) {
		fmt.Println(strings.TrimSpace(line))
	}
	// Output:
	// 1. fork a child process in new ipc, uts namespaces
	// 2. name the host island
	// 3. close all descriptors above 2 at the exec, unblock signals
	// 4. execute true
}

// A failed step says what failed, and why on this host.
func ExampleStepError() {
	cmd := sandbox.Command("/no/such/program")
	cmd.New = ns.SetOf(ns.User)
	err := cmd.Run()
	var step *sandbox.StepError
	if errors.As(err, &step) {
		fmt.Println(step)
		for _, line := range step.Explain() {
			fmt.Println(line)
		}
	}
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	// Output:
	// failed to execute /no/such/program: No such file or directory
	//   cause: /no does not exist
	//   fix:   check the path
	// true
}
