package main

import "strings"

// A subject is a package whose tests say something of a kernel.
type subject struct {
	name  string // its folder in the module
	quick string // which of its tests run with -quick, a regular expression; none if empty
}

// subjects are the packages that run in every guest that does not name its own.
// To have another one run in the guests, add its line.
var subjects = []subject{
	{"ns", all},
	{"internal/cgroup", all},
	{"internal/feature", ""},
	{"internal/inspect", ""},
	{"internal/atlas", ""},
	{"internal/audit", ""},
	{"internal/plan", all},
	{"internal/oci", all},
	{"internal/oci/netdevice", ""},
	{"internal/oci/resources", all},
	{"internal/container", all},
	{"internal/why", ""},
	{"sandbox", all},
	{"internal/cli/run", "^(TestNewNamespaces|TestShare|TestSharedIPC)$"},
	{"test/containers", "^(TestForeground|TestLimits|TestPrivileges|TestIDs)$"},
	{"test/oci", "Cgroup|Resources|Systemd|Delegated|Rootless|^TestLife|^TestDevices|^TestNewNamespaces|^TestTime|^TestOOM"},
}

// all is the quick of a subject that is quick.
const all = "."

// A guest is one world that the tests run in.
type guest struct {
	name     string
	kernel   string // of cache.KernelNames
	root     string // of cache.RootNames
	user     string
	systemd  bool
	skip     string    // tests that say nothing here, or only what they say elsewhere
	subjects []subject // its own, which -quick leaves out with it
}

// guests are the worlds, the slowest first. qemu runs programs ten times slower
// than the machine does, User-mode Linux up to five times.
var guests = []guest{
	{name: "old", kernel: "6.1", root: "base", user: "root", skip: skip(fuzz, logic, again, killed)},
	{name: "newest", kernel: "newest", root: "base", user: "root", skip: skip(fuzz, logic, again, causes, killed)},
	{name: "root", kernel: "uml", root: "base", user: "root", skip: skip(fuzz, again)},
	{name: "systemd", kernel: "uml", root: "base", user: "root", systemd: true, skip: skip(fuzz, logic, again, causes, killed)},
	{name: "podman", kernel: "uml", root: "engines", user: "tester", systemd: true, subjects: []subject{{name: "test/engines"}}},
	{name: "session", kernel: "uml", root: "base", user: "tester", systemd: true, skip: skip(fuzz, logic)},
	{name: "user", kernel: "uml", root: "base", user: "tester", skip: skip(fuzz)},
}

// What is skipped where another guest or the machine has it, to keep it quick.
const (
	fuzz   = "^Fuzz"                                // parsers, which know no kernel
	logic  = "^TestEveryFault"                      // fails each call of a plan in turn
	again  = "^TestAsNobody$|^TestAsOrdinaryUsers$" // a package's other tests as an ordinary user
	causes = "^TestScenarios$"                      // the causes of some 180 failures
	killed = "^TestKilled$"                         // kills each verb of the runtime at many moments
)

// skip joins patterns to one.
func skip(patterns ...string) string { return strings.Join(patterns, "|") }

// named makes subjects of names, with all of their tests.
func named(names []string) []subject {
	var list []subject
	for _, n := range names {
		list = append(list, subject{n, all})
	}
	return list
}

// quick are the subjects that have a quick part.
func quick(list []subject) []subject {
	var some []subject
	for _, s := range list {
		if s.quick != "" {
			some = append(some, s)
		}
	}
	return some
}
