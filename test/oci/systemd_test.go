package oci_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// viaSystemd is a bundle whose cgroups systemd makes: the user's own for an
// ordinary user. The slice is named by the test.
func viaSystemd(t *testing.T, change func(s *specs.Spec)) (b *bundle, by func(args ...string) result) {
	t.Helper()
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		t.Skip("systemd does not run here: ", err)
	}
	if !unified() {
		t.Skip("looks at version 2 alone, and the host has version 1")
	}
	if _, err := exec.LookPath("isle-systemd"); err != nil {
		t.Skip("isle's own program for systemd is not on PATH: ", err)
	}
	set := func(s *specs.Spec) {
		limited(s)
		if change != nil {
			change(s)
		}
	}
	if os.Geteuid() == 0 {
		b = newBundle(t, set)
		by = b.oci
	} else {
		b, by = rootless(t, set)
	}
	b.group = "isletest-" + b.id + ".scope"
	b.global = []string{"--systemd-cgroup"}
	b.change(func(s *specs.Spec) { s.Linux.CgroupsPath = "isletest.slice:isletest:" + b.id })
	return b, by
}

// TestSystemd: the container is in a scope of its own, whose limits systemd knows.
func TestSystemd(t *testing.T) {
	b, by := viaSystemd(t, nil)
	dir := followLimited(t, b.id, by)
	same(t, "scope", filepath.Base(dir), b.group)
	same(t, "slice", filepath.Base(filepath.Dir(dir)), "isletest.slice")
	same(t, "of the user's manager", strings.Contains(dir, "/user@"), os.Geteuid() != 0)
	same(t, "left", strings.Join(b.left(), "\n"), "")
	manager := "--system"
	if os.Geteuid() != 0 {
		manager = "--user"
	}
	await(t, "systemd forgets the scope", func() bool {
		return finish(t, exec.Command("systemctl", manager, "show", "--value", "--property=LoadState", b.group)).out == "not-found\n"
	})
}

// TestSystemdWithoutCgroupNamespace: the container sees the cgroup that systemd
// made for it, which was not there when the mount was planned.
func TestSystemdWithoutCgroupNamespace(t *testing.T) {
	b, by := viaSystemd(t, func(s *specs.Spec) {
		without(s, specs.CgroupNamespace)
		script(s, "cat /sys/fs/cgroup/pids.max; cat /proc/self/cgroup")
	})
	r := by("run", b.id)
	same(t, "status", r.code, 0)
	has(t, r.out, "20\n0::/", "/isletest.slice/"+b.group)
	if t.Failed() {
		t.Log(r)
	}
}
