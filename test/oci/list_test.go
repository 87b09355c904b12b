package oci_test

import (
	"encoding/json"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func TestList(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	same(t, "no containers", b.good("list", "-f", "json"), "[]\n")
	same(t, "no containers", b.good("list", "-q"), "")
	b.good("create", b.id)
	b.change(func(s *specs.Spec) { s.Linux.CgroupsPath += "-too" })
	two := b.id + "-too"
	b.good("run", "--detach", two)
	same(t, "quiet", b.good("list", "--quiet"), b.id+"\n"+two+"\n")
	var entries []struct {
		ID, Status, Bundle, Rootfs, Owner, Created string
		PID                                        int
		Version                                    string `json:"ociVersion"`
	}
	must(t, json.Unmarshal([]byte(b.good("list", "--format", "json")), &entries))
	if len(entries) != 2 || entries[0].Status != "created" || entries[1].Status != "running" || entries[0].PID == 0 || entries[0].Version == "" {
		t.Errorf("%+v", entries)
	}
	lines := strings.Split(strings.TrimSpace(b.good("list")), "\n")
	if len(lines) != 3 || strings.Join(strings.Fields(lines[0]), " ") != "ID PID STATUS BUNDLE CREATED OWNER" {
		t.Fatalf("%q", lines)
	}
	fields := strings.Fields(lines[2])
	if len(fields) != 6 || fields[0] != two || fields[2] != "running" || fields[3] != b.dir || fields[5] != "root" {
		t.Errorf("%q", fields)
	}
	b.bad([]string{"xml"}, "list", "-f", "xml")
}

func TestPs(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "sleep 1000 & sleep 1001") })
	b.good("run", "-d", b.id)
	var pids []int
	await(t, "two processes", func() bool {
		must(t, json.Unmarshal([]byte(b.good("ps", "--format", "json", b.id)), &pids))
		return len(pids) == 2
	})
	if pids[0] != b.state().Pid && pids[1] != b.state().Pid {
		t.Errorf("%v without %d", pids, b.state().Pid)
	}
	table := b.good("ps", b.id)
	has(t, table, "PID", "sleep 1000", "sleep 1001")
	same(t, "lines", strings.Count(table, "\n"), 3)
	has(t, b.good("ps", b.id, "-o", "pid,args"), "COMMAND", "sleep 1001")
}
