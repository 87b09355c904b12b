package main

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
	{name: "old", kernel: "6.1", root: "base", user: "root", skip: logic + "|" + again},
	{name: "newest", kernel: "newest", root: "base", user: "root", skip: logic + "|" + again},
	{name: "root", kernel: "uml", root: "base", user: "root", skip: again},
	{name: "systemd", kernel: "uml", root: "base", user: "root", systemd: true, skip: logic + "|" + again},
	{name: "session", kernel: "uml", root: "base", user: "tester", systemd: true, skip: logic},
	{name: "user", kernel: "uml", root: "base", user: "tester"},
}

const (
	// logic are tests of isle's own logic, whatever the kernel.
	logic = "^Fuzz|^TestEveryFault"
	// again are those that run a package's other tests as an ordinary user, for
	// which there are guests.
	again = "^TestAsNobody$|^TestAsOrdinaryUsers$"
)
