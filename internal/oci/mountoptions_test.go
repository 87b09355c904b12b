package oci

import (
	"reflect"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/plan"
)

func TestReadOptions(t *testing.T) {
	const noatime = unix.MOUNT_ATTR_NOATIME
	for _, test := range []struct {
		kind, options string
		want          mountFlags
	}{
		{"tmpfs", "nosuid,size=1m,mode=755", mountFlags{flags: unix.MS_NOSUID, top: plan.Change{Set: unix.MOUNT_ATTR_NOSUID}, data: "size=1m,mode=755"}},
		{"none", "rbind,ro,rw", mountFlags{flags: unix.MS_BIND | unix.MS_REC}},
		{"bind", "ro", mountFlags{flags: unix.MS_BIND | unix.MS_RDONLY, top: plan.Change{Set: unix.MOUNT_ATTR_RDONLY}}},
		{"none", "bind,nodev,dev", mountFlags{flags: unix.MS_BIND, top: plan.Change{Clear: unix.MOUNT_ATTR_NODEV}}},
		{"none", "bind,relatime,noatime", mountFlags{flags: unix.MS_BIND | unix.MS_NOATIME, top: plan.Change{Set: noatime, Clear: unix.MOUNT_ATTR__ATIME}}},
		{"none", "rbind,rro,rslave", mountFlags{flags: unix.MS_BIND | unix.MS_REC, all: plan.Change{Set: unix.MOUNT_ATTR_RDONLY, Recursive: true},
			travel: []plan.Change{{Propagation: unix.MS_SLAVE, Recursive: true}}}},
		{"none", "bind,ridmap", mountFlags{flags: unix.MS_BIND, idmap: "ridmap"}},
		{"tmpfs", "tmpcopyup", mountFlags{copyUp: true}},
	} {
		got := readOptions(&specs.Mount{Type: test.kind, Options: strings.Split(test.options, ",")})
		if !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s %s: %+v, want %+v", test.kind, test.options, *got, test.want)
		}
	}
}

func TestNumberSet(t *testing.T) {
	for text, want := range map[string]uint64{"0": 1, "0-3,7": 0x8f, " 1 , 2": 6, "63": 1 << 63} {
		got, err := numberSet(text)
		if err != nil || len(got) != 8 || uint64(got[0])|uint64(got[7])<<56 != want&0xff|want&(0xff<<56) {
			t.Errorf("%q: %x %v, want %x", text, got, err, want)
		}
	}
	for _, text := range []string{"", "a", "-1", "3-1", "1-", "1,,2", "8192", "4294967296"} {
		if got, err := numberSet(text); err == nil {
			t.Errorf("%q: %x", text, got)
		}
	}
}

func TestCgroupLinks(t *testing.T) {
	got := cgroupLinks([]CgroupTree{{Name: "cpu,cpuacct"}, {Name: "pids"}, {Name: "net_cls,net_prio"}})
	want := [][2]string{{"cpu,cpuacct", "cpu"}, {"cpu,cpuacct", "cpuacct"}, {"net_cls,net_prio", "net_cls"}, {"net_cls,net_prio", "net_prio"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
