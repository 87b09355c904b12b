package main

import "strings"

// packages are those whose tests say something of a kernel. To have another one
// run in the guests, add its line.
var packages = []string{
	"ns",
	"internal/cgroup",
	"internal/feature",
	"internal/inspect",
	"internal/atlas",
	"internal/audit",
	"internal/plan",
	"internal/oci/netdevice",
	"internal/why",
	"sandbox",
	"internal/cli/run",
}

// A guest is one world that the tests run in.
type guest struct {
	name    string
	kernel  string // of cache.KernelNames
	root    string // of cache.RootNames
	user    string
	systemd bool
	skip    string // tests that say nothing here, or only what they say elsewhere
}

// guests are the worlds, the slowest first. qemu runs programs ten times slower
// than the machine does, User-mode Linux up to five times.
var guests = []guest{
	{name: "old", kernel: "6.1", root: "base", user: "root", skip: skip(fuzz, logic, again)},
	{name: "newest", kernel: "newest", root: "base", user: "root", skip: skip(fuzz, logic, again, causes)},
	{name: "root", kernel: "uml", root: "base", user: "root", skip: skip(fuzz, again)},
	{name: "systemd", kernel: "uml", root: "base", user: "root", systemd: true, skip: skip(fuzz, logic, again, causes)},
	{name: "session", kernel: "uml", root: "base", user: "tester", systemd: true, skip: skip(fuzz, logic)},
	{name: "user", kernel: "uml", root: "base", user: "tester", skip: skip(fuzz)},
}

// What is skipped where another guest or the machine has it, to keep it quick.
const (
	fuzz   = "^Fuzz"                                // parsers, which know no kernel
	logic  = "^TestEveryFault"                      // fails each call of a plan in turn
	again  = "^TestAsNobody$|^TestAsOrdinaryUsers$" // a package's other tests as an ordinary user
	causes = "^TestScenarios$"                      // the causes of some 180 failures
)

// skip joins patterns to one.
func skip(patterns ...string) string { return strings.Join(patterns, "|") }
