package sandbox_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"isle/ns"
	"isle/sandbox"
)

// TestStepError has steps of several kinds fail, inside and outside.
func TestStepError(t *testing.T) {
	needUserNamespaces(t)
	for _, c := range []struct {
		name    string
		set     func(c *sandbox.Cmd)
		errno   syscall.Errno
		syscall string
		doing   string
		explain string
	}{
		{"directory", func(c *sandbox.Cmd) { c.Dir = "/no/such/place" }, unix.ENOENT, "chdir",
			"cannot change directory to /no/such/place", "does not exist"},
		{"join", func(c *sandbox.Cmd) {
			c.New, c.Join = 0, []sandbox.Namespace{{Kind: ns.Net, Path: "/dev/null"}}
		}, unix.EINVAL, "setns", "reassociate to namespace 'ns/net' failed", "namespace"},
		{"no such process", func(c *sandbox.Cmd) {
			c.New, c.Join = 0, []sandbox.Namespace{{Kind: ns.Net, PID: 1 << 29}}
		}, unix.ENOENT, "openat", "cannot open /proc/536870912/ns/net", "536870912"},
		{"program", func(c *sandbox.Cmd) { c.Path = "/etc/passwd" }, unix.EACCES, "", "failed to execute /etc/passwd", "execut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkLeaks(t)
			cmd := sandbox.Command("true")
			cmd.New = ns.SetOf(ns.User, ns.UTS, ns.Mount)
			c.set(cmd)
			err := cmd.Run()
			var step *sandbox.StepError
			if !errors.As(err, &step) || !errors.Is(err, c.errno) {
				t.Fatalf("got %v", err)
			}
			if step.Doing != c.doing || c.syscall != "" && step.Syscall != c.syscall || step.Exec != (c.name == "program") {
				t.Errorf("got %+v", step)
			}
			if want := c.doing + ": " + sandbox.ErrnoText(c.errno); err.Error() != want {
				t.Errorf("message %q, want %q", err, want)
			}
			if lines := strings.Join(step.Explain(), "\n"); !strings.Contains(lines, c.explain) {
				t.Errorf("explained as %q", lines)
			}
		})
	}
}

// TestRefused gives configurations that make no sense.
func TestRefused(t *testing.T) {
	checkLeaks(t)
	offset := int64(1)
	for want, set := range map[string]func(c *sandbox.Cmd){
		"no program given":                                 func(c *sandbox.Cmd) { c.Path = "" },
		"contains a NUL byte":                              func(c *sandbox.Cmd) { c.Args = append(c.Args, "a\x00b") },
		"a root of its own needs a new mount namespace":    func(c *sandbox.Cmd) { c.Root = &sandbox.Root{} },
		"mounts need a root of their own":                  func(c *sandbox.Cmd) { c.Mounts = make([]sandbox.Mount, 1) },
		"a host name of its own needs a new UTS namespace": func(c *sandbox.Cmd) { c.Hostname = "a" },
		"clock offsets need a new time namespace":          func(c *sandbox.Cmd) { c.Boottime = &offset },
		"an init process needs a new PID namespace":        func(c *sandbox.Cmd) { c.Init = true },
		"a terminal needs a root of its own with /dev":     func(c *sandbox.Cmd) { c.Terminal = true },
		"unknown resource limit":                           func(c *sandbox.Cmd) { c.Rlimits = []sandbox.Rlimit{{Name: "no"}} },
		"the uts namespace cannot be both new and joined":  func(c *sandbox.Cmd) { c.New, c.Join = ns.All, []sandbox.Namespace{{Kind: ns.UTS, PID: 1}} },
		"is not mapped in the new user namespace":          func(c *sandbox.Cmd) { c.New, c.User = ns.SetOf(ns.User), &sandbox.User{UID: 7} },
		"is not an absolute path":                          func(c *sandbox.Cmd) { mountOn(c, "tmp") },
		"a mount on / would cover the root itself":         func(c *sandbox.Cmd) { mountOn(c, "/a/..") },
		"a host or domain name has at most 64 bytes":       func(c *sandbox.Cmd) { c.New, c.Hostname = ns.SetOf(ns.UTS), strings.Repeat("x", 65) },
	} {
		c := sandbox.Command("true")
		set(c)
		if err := c.Run(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func mountOn(c *sandbox.Cmd, target string) {
	c.New, c.Root = ns.SetOf(ns.Mount), &sandbox.Root{}
	c.Mounts = []sandbox.Mount{{Type: "tmpfs", Target: target}}
}
