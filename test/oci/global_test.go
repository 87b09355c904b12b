package oci_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func TestLinkNamed(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "echo linked") })
	link := filepath.Join(filepath.Dir(b.dir), "isle-oci")
	must(t, os.Symlink(isle, link))
	cmd := b.command("run", b.id)
	cmd.Path, cmd.Args = link, append([]string{link}, cmd.Args[2:]...)
	same(t, "output", finish(t, cmd), result{"linked\n", "", 0})
}

func TestVersion(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	for _, word := range []string{"--version", "-v"} {
		out := b.good(word)
		has(t, out, "isle version ", "spec: "+specs.Version)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	file := filepath.Join(b.dir, "log")
	b.global = []string{"--log", file, "--log-format", "json"}
	r := b.bad(nil, "state", "absent")
	b.bad(nil, "start") // no operand
	text, err := os.ReadFile(file)
	must(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 2 {
		t.Fatalf("%q", lines)
	}
	var line struct{ Level, Msg, Time string }
	must(t, json.Unmarshal([]byte(lines[0]), &line))
	same(t, "level", line.Level, "error")
	has(t, line.Msg, "container does not exist")
	has(t, r.err, line.Msg)
	if _, err := time.Parse(time.RFC3339, line.Time); err != nil {
		t.Error(err)
	}
	b.global = []string{"--log", file, "--log-format=text"}
	b.bad(nil, "state", "absent")
	text, err = os.ReadFile(file)
	must(t, err)
	has(t, string(text), "level=error", "msg=\"")
	b.global = []string{"--log-format", "xml"}
	b.bad([]string{"xml"}, "list")
}

func TestExitStatuses(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	same(t, "unknown verb", b.oci("fly").code > 0, true)
	same(t, "unknown option", b.oci("run", "--fly", b.id).code > 0, true)
	same(t, "unknown global option", b.oci("--fly", "run", b.id).code > 0, true)
	same(t, "help", b.oci("--help").code, 0)
	same(t, "state of none", b.oci("state", "absent").code, 1)
	same(t, "exec in none", b.oci("exec", "absent", "true").code, 255)
}

func TestSystemdCgroupForms(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	for _, words := range [][]string{{"--systemd-cgroup=false"}, {"--cgroup-manager", "cgroupfs"}, {"--cgroup-manager=cgroupfs"},
		{"--rootless", "auto"}, {"--rootless=false"}, {"--debug"}, {"--debug=false"}, {"--log-level", "debug"}, {"--criu", "/bin/criu"}} {
		if words[0] == "--rootless" {
			words = []string{"--rootless=" + words[len(words)-1]}
		}
		b.global = words
		b.good("run", b.id)
	}
	b.global = []string{"--cgroup-manager", "guess"}
	b.bad([]string{"guess"}, "run", b.id)
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	var f struct {
		OciVersionMin, OciVersionMax string
		Hooks, MountOptions          []string
		Linux                        struct {
			Namespaces, Capabilities []string
			Seccomp                  struct{ Actions, Archs, Operators []string }
			NetDevices               struct{ Enabled bool }
			IntelRdt                 struct{ Enabled, Schemata, Monitoring bool }
		}
	}
	must(t, json.Unmarshal([]byte(b.good("features")), &f))
	same(t, "newest", f.OciVersionMax, specs.Version)
	same(t, "namespaces", strings.Join(f.Linux.Namespaces, " "), "cgroup ipc mount network pid time user uts")
	same(t, "hooks", len(f.Hooks), 6)
	has(t, strings.Join(f.MountOptions, " ")+" ", "rro ", "ridmap ", "rnosymfollow ", "tmpcopyup ", "rprivate ")
	has(t, strings.Join(f.Linux.Capabilities, " "), "CAP_CHECKPOINT_RESTORE")
	has(t, strings.Join(f.Linux.Seccomp.Actions, " "), "SCMP_ACT_NOTIFY")
	same(t, "netDevices", f.Linux.NetDevices.Enabled, true)
	same(t, "intelRdt", f.Linux.IntelRdt.Enabled && f.Linux.IntelRdt.Schemata && f.Linux.IntelRdt.Monitoring, true)
}

func TestSpec(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	b.bad([]string{"config.json", "exist"}, "spec")
	must(t, os.Remove(b.dir+"/config.json"))
	b.good("spec", "--rootless")
	text, err := os.ReadFile(b.dir + "/config.json")
	must(t, err)
	var s specs.Spec
	must(t, json.Unmarshal(text, &s))
	same(t, "user maps", len(s.Linux.UIDMappings), 1)
}
