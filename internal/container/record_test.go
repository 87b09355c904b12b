package container

import (
	"reflect"
	"testing"
	"time"

	"isle/internal/oci/resources"
)

func fullRecord() record {
	return record{
		ID: "box", Bundle: "/a b/\"c\"\n", Rootfs: "/röt\x00\xff", Created: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
		Owner: 1000, PID: 77, Start: 1<<64 - 1, IntelRdt: "/sys/fs/resctrl/box",
		Cgroup: &resources.Group{
			Rootless: true,
			Trees:    []resources.Tree{{Controllers: "cpu,cpuacct", Mount: "/sys/fs/cgroup/cpu", Path: "x/box"}, {V2: true, Mount: "/sys/fs/cgroup", Path: "box"}},
			Unit:     &resources.Unit{Name: "box.scope", Slice: "machine.slice", User: true, Props: []resources.Prop{{Name: "TimeoutStopUSec", Text: "uint64 7"}}},
		},
	}
}

func TestRecord(t *testing.T) {
	for _, r := range []record{fullRecord(), {}, {Cgroup: &resources.Group{}}} {
		again, err := decodeRecord(string(r.encode()))
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%+v (%v)\nwas %+v", again, err, r)
		}
	}
}

// TestRecordCut reads every part of a record but the whole.
func TestRecordCut(t *testing.T) {
	r := fullRecord()
	text := string(r.encode())
	for n := range len(text) {
		if _, err := decodeRecord(text[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are taken for a record", n, len(text))
		}
	}
	for _, bad := range []string{text + "x\n", "tree \"true\"\nend\n", "process \"-1\" \"0\"\nend\n", "owner \"4294967296\"\nend\n", "property \"a\" \"b\"\nend\n", "id x\nend\n", "id \"x\"\"y\"\nend\n"} {
		if _, err := decodeRecord(bad); err == nil {
			t.Errorf("%q is taken for a record", bad)
		}
	}
	if _, err := decodeRecord("later \"value\"\nend\n"); err != nil {
		t.Error("a word that is not known: ", err)
	}
}

func FuzzRecord(f *testing.F) {
	r := fullRecord()
	f.Add(string(r.encode()))
	f.Add("end\n")
	f.Fuzz(func(t *testing.T, text string) {
		first, err := decodeRecord(text)
		if err != nil {
			return
		}
		second, err := decodeRecord(string(first.encode()))
		if err != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("%+v (%v)\nwas %+v", second, err, first)
		}
	})
}
