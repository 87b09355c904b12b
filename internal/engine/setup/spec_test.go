package setup

import (
	"math"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/engine/request"
	"isle/internal/image/store"
)

// configure makes a configuration without a container.
func configure(t *testing.T, r request.Container, image ...store.Execution) (*Setup, []string, error) {
	t.Helper()
	dir := t.TempDir()
	r.ID, r.Name = "0123456789abcdef", "one"
	if r.Command == nil {
		r.Command = []string{"true"}
	}
	var warnings []string
	in := &Input{Request: &r, Layers: Layers{dir}, Root: dir, Dir: dir, Warn: func(err error) { warnings = append(warnings, err.Error()) }}
	if len(image) > 0 {
		in.Image = &store.Config{Config: image[0]}
	}
	s, err := Spec(in)
	return s, warnings, err
}

// TestRefused: an error names the option and says what is wrong.
func TestRefused(t *testing.T) {
	for want, r := range map[string]request.Container{
		`--workdir "x": it is no absolute path`:                                 {Workdir: "x"},
		`--env "A": it is no NAME=VALUE`:                                        {Env: []string{"A"}},
		`--umask "9": it is an octal number`:                                    {Umask: "9"},
		`--user nobody: user "nobody" is not in /etc/passwd`:                    {User: "nobody"},
		`--group-add: group "x" is not in`:                                      {Groups: []string{"x"}},
		`--pid x: there is no such mode`:                                        {PID: "x"},
		`--network bridge: there is no such mode`:                               {Network: "bridge"},
		`--ipc ns:x: there is no such mode`:                                     {IPC: "ns:x"},
		`--uts container:x: there are no other containers here`:                 {UTS: "container:x"},
		`--hostname: the container is in a UTS namespace`:                       {UTS: "host", Hostname: "x"},
		`--init: it needs a PID namespace`:                                      {PID: "host", Init: true},
		`--ulimit x=1: there is no limit "x"`:                                   {Ulimits: []string{"x=1"}},
		`--ulimit nofile=2:1: the soft limit is above`:                          {Ulimits: []string{"nofile=2:1"}},
		`--cap-add, --cap-drop: capabilities to add: unknown capability: "FLY"`: {CapAdd: []string{"FLY"}},
		`--security-opt seccomp: open seccomp profile: open /none`:              {Seccomp: "/none"},
		`--security-opt mask=x: "x" is no absolute path`:                        {Mask: []string{"x"}},
		`--device /none: stat /none: no such file`:                              {Devices: []string{"/none"}},
		`--device /etc/passwd: /etc/passwd is no device`:                        {Devices: []string{"/etc/passwd"}},
		`--device /dev/null:x: the access "x"`:                                  {Devices: []string{"/dev/null:x"}},
		`--device-cgroup-rule "c 1 r": want TYPE`:                               {Limits: request.Limits{DeviceCgroupRules: []string{"c 1 r"}}},
		`--sysctl kernel.panic=1: no namespace has its own`:                     {Sysctl: map[string]string{"kernel.panic": "1"}},
		`--sysctl net.core.somaxconn=1: it would be set for others too`:         {Network: "host", Sysctl: map[string]string{"net.core.somaxconn": "1"}},
		`--memory-swap: it is memory and swap together, and less`:               {Limits: request.Limits{Memory: 10, MemorySwap: 5}},
		`--cpus: it goes neither`:                                               {Limits: request.Limits{CPUs: 1, CPUQuota: 5000}},
		`--cpus: it is 0.01 to`:                                                 {Limits: request.Limits{CPUs: math.NaN()}},
		`--memory: it needs cgroups, and --cgroups is disabled`:                 {Cgroups: "disabled", Limits: request.Limits{Memory: 1 << 20}},
		`--cgroups "x"`:                      {Cgroups: "x"},
		`--blkio-weight 5: it is 10 to 1000`: {Limits: request.Limits{BlkioWeight: 5}},
		`--device-read-bps /dev/null:1mb: /dev/null is no block device`:            {Limits: request.Limits{ReadBps: []string{"/dev/null:1mb"}}},
		`--device-read-bps /dev/null:x: "x" is no number`:                          {Limits: request.Limits{ReadBps: []string{"/dev/null:x"}}},
		`--uidmap 0:x:1: "x" is no number`:                                         {UIDMap: []string{"0:x:1"}},
		`--userns keep-id: root keeps his ids`:                                     {Userns: "keep-id"},
		`--userns host: it goes neither with --uidmap`:                             {Userns: "host", UIDMap: []string{"0:1:1"}},
		`--tz Nowhere/Land: the host has no`:                                       {Timezone: "Nowhere/Land"},
		`--tz ../../../etc/shadow: the host has no /usr/share/zoneinfo/etc/shadow`: {Timezone: "../../../etc/shadow"},
		`--add-host "a": want NAME:ADDRESS`:                                        {AddHost: []string{"a"}},
		`--add-host "a:b": "b" is no address`:                                      {AddHost: []string{"a:b"}},
		`--dns "x": it is no address`:                                              {DNS: []string{"x"}},
		`--secret s: there are no secrets here`:                                    {Secrets: []request.Secret{{Name: "s"}}},
		`mount on /a: the host's path "b" is not absolute`:                         {Mounts: []request.Mount{{Type: "bind", Source: "b", Target: "/a"}}},
		`mount on /a: there is no option "x"`:                                      {Mounts: []request.Mount{{Type: "bind", Source: "/", Target: "/a", Options: []string{"x"}}}},
		`mount on /a: there is another one on that path`:                           {Mounts: []request.Mount{{Type: "tmpfs", Target: "/a"}, {Type: "tmpfs", Target: "/a/"}}},
		`mount on /a: there is no type "nfs"`:                                      {Mounts: []request.Mount{{Type: "nfs", Target: "/a"}}},
		`mount: a mount on / would cover`:                                          {Mounts: []request.Mount{{Type: "tmpfs", Target: "/.."}}},
		`mount: the container's path "a" is not absolute`:                          {Mounts: []request.Mount{{Type: "tmpfs", Target: "a"}}},
		`--volumes-from x: there are no other containers`:                          {VolumesFrom: []string{"x:ro"}},
		`--group-add keep-groups: it goes with no other`:                           {Groups: []string{"keep-groups", "5"}},
	} {
		if _, _, err := configure(t, r); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

// TestOrder: what is below a mount is mounted after it, and what was asked for
// takes the place of what every container has.
func TestOrder(t *testing.T) {
	s, _, err := configure(t, request.Container{Mounts: []request.Mount{
		{Type: "tmpfs", Target: "/run/a/b"}, {Type: "tmpfs", Target: "/run"}, {Type: "tmpfs", Target: "/etc"}, {Type: "tmpfs", Target: "/dev/shm", Size: 5},
		{Type: "bind", Source: "/etc/passwd", Target: "/etc/hosts", ReadOnly: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, m := range s.Spec.Mounts {
		if _, twice := at[m.Destination]; twice {
			t.Errorf("%s is there twice", m.Destination)
		}
		at[m.Destination] = i
	}
	for _, pair := range [][2]string{{"/run", "/run/a/b"}, {"/run", "/run/.containerenv"}, {"/etc", "/etc/hosts"}, {"/dev", "/dev/shm"}, {"/sys", "/sys/fs/cgroup"}} {
		if at[pair[0]] >= at[pair[1]] {
			t.Errorf("%s comes before %s", pair[1], pair[0])
		}
	}
	if m := s.Spec.Mounts[at["/etc/hosts"]]; m.Source != "/etc/passwd" {
		t.Errorf("%+v", m)
	}
}

// TestUnlimited: of an ordinary user without cgroups nothing is asked that they
// would have to do, and he is told.
func TestUnlimited(t *testing.T) {
	if unified() || delegated(false) {
		t.Skip("cgroups are delegated here")
	}
	s, warnings, err := configure(t, request.Container{Rootless: true, Userns: "host", Limits: request.Limits{Memory: 1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	if s.Spec.Linux.Resources != nil || len(warnings) != 1 || !strings.HasPrefix(warnings[0], "--memory: it is passed over") {
		t.Errorf("%+v, %q", s.Spec.Linux.Resources, warnings)
	}
}

// TestResources: options become the fields that the runtime reads.
func TestResources(t *testing.T) {
	r := &specs.LinuxResources{}
	limit(r, &request.Limits{Memory: 100, MemorySwap: -1, CPUs: 1.5, PidsLimit: ptr(int64(-1)), MemorySwappiness: ptr(int64(-1)), Unified: map[string]string{"memory.high": "5"}})
	if *r.Memory.Limit != 100 || *r.Memory.Swap != -1 || r.Memory.Swappiness != nil || *r.CPU.Quota != 150_000 || *r.CPU.Period != 100_000 || *r.Pids.Limit != -1 || r.Unified["memory.high"] != "5" {
		t.Errorf("%+v", r)
	}
	r = &specs.LinuxResources{}
	limit(r, &request.Limits{})
	if r.Memory != nil || r.CPU != nil || *r.Pids.Limit != 2048 {
		t.Errorf("%+v", r)
	}
}
