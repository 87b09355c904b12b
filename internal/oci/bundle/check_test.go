package bundle

import (
	"encoding/json"
	"strings"
	"testing"
)

// sound is a configuration without a fault, which the tests patch.
const sound = `{
	"ociVersion": "1.3.0",
	"process": {"user": {"uid": 0, "gid": 0}, "args": ["sh"], "cwd": "/"},
	"root": {"path": "rootfs"},
	"linux": {"namespaces": [
		{"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "time"}
	]}
}`

// patched returns sound with patch merged in (RFC 7386): null takes a member out.
func patched(t *testing.T, patch string) []byte {
	t.Helper()
	var whole, part any
	for text, v := range map[string]*any{sound: &whole, patch: &part} {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(v); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	data, err := json.Marshal(merged(whole, part))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func merged(whole, part any) any {
	members, ok := part.(map[string]any)
	if !ok {
		return part
	}
	target, ok := whole.(map[string]any)
	if !ok {
		target = map[string]any{}
	}
	for name, value := range members {
		if target[name] = merged(target[name], value); value == nil {
			delete(target, name)
		}
	}
	return target
}

// checkPatch decodes and checks sound with patch.
func checkPatch(t *testing.T, patch string) Problems {
	t.Helper()
	spec, err := Decode(patched(t, patch))
	if err != nil {
		t.Fatalf("%s: %v", patch, err)
	}
	return Check(spec)
}

// TestCheckTells holds every fault to its exact lines; "" is none.
func TestCheckTells(t *testing.T) {
	for _, tests := range checkTests {
		for _, test := range tests {
			if got := checkPatch(t, test.patch).Error(); got != test.want {
				t.Errorf("%s\n got %s\nwant %s", test.patch, got, test.want)
			}
		}
	}
}

type checkTest struct{ patch, want string }

var checkTests = [][]checkTest{
	wholeTests, processTests, scheduleTests, mountTests, linuxTests, namespaceTests, deviceTests,
	sysctlTests, seccompTests, memoryTests, resourceTests, controllerTests, numaTests,
}

var wholeTests = []checkTest{
	{`{}`, ""},
	{`{"ociVersion": null}`, ".ociVersion: missing; want the version of the specification, such as 1.3.0"},
	{`{"ociVersion": "1.0.0"}`, ""},
	{`{"ociVersion": "1.0.2-dev"}`, ""},
	{`{"ociVersion": "1.2.1-dev"}`, ""},
	{`{"ociVersion": "1.3.0+dev"}`, ""},
	{`{"ociVersion": "1.0.0-rc5-dev.1.x-y+build.007"}`, ""},
	{`{"ociVersion": "1.4.0"}`, `.ociVersion: warning: "1.4.0" is newer than 1.3, which isle does: what came after is passed over`},
	{`{"ociVersion": "2.0.0"}`, `.ociVersion: "2.0.0" is of another specification than 1.0 to 1.3, which isle does`},
	{`{"ociVersion": "0.5.0-dev"}`, `.ociVersion: warning: "0.5.0-dev" is a draft; it is read as 1.0`},
	{`{"ociVersion": "1.0"}`, `.ociVersion: "1.0" is no semantic version; want three numbers, such as 1.3.0`},
	{`{"ociVersion": "1.0.0.0"}`, `.ociVersion: "1.0.0.0" is no semantic version; want three numbers, such as 1.3.0`},
	{`{"ociVersion": "v1.0.0"}`, `.ociVersion: "v1.0.0" is no semantic version; want three numbers, such as 1.3.0`},
	{`{"ociVersion": "1.03.0"}`, `.ociVersion: "1.03.0" is no semantic version; want three numbers, such as 1.3.0`},
	{`{"ociVersion": "1.3.0-01"}`, `.ociVersion: "1.3.0-01" is no semantic version; want three numbers, such as 1.3.0`},
	{`{"ociVersion": "1.3.0-"}`, `.ociVersion: "1.3.0-" is no semantic version; want three numbers, such as 1.3.0`},
	{`{"ociVersion": "1.3.0+a_b"}`, `.ociVersion: "1.3.0+a_b" is no semantic version; want three numbers, such as 1.3.0`},
	{`{"ociVersion": "1.3.99999999999"}`, `.ociVersion: "1.3.99999999999" is no semantic version; want three numbers, such as 1.3.0`},
	{`{"root": null}`, `.root: missing; want the root filesystem, such as {"path": "rootfs"}`},
	{`{"root": {"path": ""}}`, ".root.path: missing; want the root filesystem's folder, absolute or from the bundle"},
	{`{"root": {"path": "/x"}}`, ""},
	{`{"root": {"path": "` + strings.Repeat("x", 4096) + `"}}`, ".root.path: a path of 4096 bytes; the kernel takes 4095"},
	{`{"process": null}`, ".process: warning: missing; the container can be created, but not started"},
	{`{"hostname": "h", "domainname": "d"}`, ""},
	{`{"hostname": "h", "domainname": "d", "linux": null}`, ".hostname: needs a uts namespace\n.domainname: needs a uts namespace"},
	{`{"hostname": "` + strings.Repeat("h", 64) + `"}`, ""},
	{`{"hostname": "` + strings.Repeat("h", 65) + `"}`, ".hostname: 65 bytes; the kernel takes 64"},
	{`{"domainname": "` + strings.Repeat("d", 65) + `"}`, ".domainname: 65 bytes; the kernel takes 64"},
	{`{"annotations": {"": "x", "a": ""}}`, `.annotations[""]: an annotation must have a name`},
	{`{"hooks": {"prestart": [{"path": "/bin/true", "timeout": 1}], "poststop": [{}, {"path": "true", "timeout": 0}, {"path": "/x", "timeout": -1}]}}`,
		".hooks.poststop[0].path: missing; want an absolute path\n.hooks.poststop[1].path: \"true\" is not an absolute path\n" +
			".hooks.poststop[1].timeout: 0 seconds; want 1 or more, or none\n.hooks.poststop[2].timeout: -1 seconds; want 1 or more, or none"},
	{`{"hooks": {"createRuntime": [{"path": "a"}], "createContainer": [{"path": "b"}], "startContainer": [{"path": "c"}], "poststart": [{"path": "d"}], "prestart": [{"path": "e"}]}}`,
		`.hooks.prestart[0].path: "e" is not an absolute path` + "\n" + `.hooks.createRuntime[0].path: "a" is not an absolute path` + "\n" +
			`.hooks.createContainer[0].path: "b" is not an absolute path` + "\n" + `.hooks.startContainer[0].path: "c" is not an absolute path` + "\n" +
			`.hooks.poststart[0].path: "d" is not an absolute path`},
	{`{"windows": {"layerFolders": []}, "vm": {"kernel": {"path": "/k"}}, "zos": {}, "solaris": {}, "freebsd": {}}`,
		".solaris: warning: passed over; this is a Linux container\n.windows: warning: passed over; this is a Linux container\n" +
			".vm: warning: passed over; this is a Linux container\n.zos: warning: passed over; this is a Linux container\n" +
			".freebsd: warning: passed over; this is a Linux container"},
}

var processTests = []checkTest{
	{`{"process": {"args": null, "cwd": null}}`, ".process.args: missing; want the program to run and its arguments\n.process.cwd: missing; want an absolute path"},
	{`{"process": {"args": [], "cwd": "tmp"}}`, ".process.args: missing; want the program to run and its arguments\n.process.cwd: \"tmp\" is not an absolute path"},
	{`{"process": {"args": ["", "a"]}}`, ""},
	{`{"process": {"args": ["a", ""]}}`, ""},
	{`{"process": {"cwd": "/` + strings.Repeat("x", 4095) + `"}}`, ".process.cwd: a path of 4096 bytes; the kernel takes 4095"},
	{`{"process": {"env": ["A=", "B=c=d", "FOO", "=x", ""]}}`,
		".process.env[2]: \"FOO\" has no '='; want NAME=VALUE\n.process.env[3]: \"=x\" has no name before the '='\n.process.env[4]: \"\" has no '='; want NAME=VALUE"},
	{`{"process": {"user": {"uid": 4294967294, "gid": 4294967294, "additionalGids": [0, 4294967294], "umask": 511}}}`, ""},
	{`{"process": {"user": {"uid": 4294967295, "gid": 4294967295, "additionalGids": [1, 4294967295], "umask": 512}}}`,
		".process.user.uid: 4294967295 is no id: the kernel takes it for \"unchanged\"\n" +
			".process.user.gid: 4294967295 is no id: the kernel takes it for \"unchanged\"\n" +
			".process.user.umask: warning: 512 is more than 511 (octal 777); the kernel takes the lower nine bits\n" +
			".process.user.additionalGids[1]: 4294967295 is no id: the kernel takes it for \"unchanged\""},
	{`{"process": {"user": {"additionalGids": [1` + strings.Repeat(",1", 65536) + `]}}}`, ".process.user.additionalGids: 65537 groups; the kernel takes 65536"},
	{`{"process": {"terminal": true, "consoleSize": {"height": 65536, "width": 65535}}}`, ".process.consoleSize.height: 65536 is more than 65535"},
	{`{"process": {"consoleSize": {"height": 65536, "width": 65536}}}`, ""},
	{`{"process": {"rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1, "hard": 1}, {"type": "RLIMIT_CORE", "soft": 18446744073709551615, "hard": 18446744073709551615}]}}`, ""},
	{`{"process": {"rlimits": [{"type": "RLIMIT_NOFILE", "soft": 2, "hard": 1}, {"type": "RLIMIT_NOFILE"}, {"type": "NOFILE"}, {}]}}`,
		".process.rlimits[0].soft: 2 is more than hard, 1\n.process.rlimits[1].type: RLIMIT_NOFILE is there twice\n" +
			".process.rlimits[2].type: \"NOFILE\" is not known; want " + strings.Join(rlimits, ", ") + "\n" +
			".process.rlimits[3].type: missing; want " + strings.Join(rlimits, ", ")},
	{`{"process": {"capabilities": {"bounding": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"], "effective": ["CAP_CHOWN"], "inheritable": ["CAP_CHOWN"], "ambient": ["CAP_CHOWN"]}}}`, ""},
	{`{"process": {"capabilities": {"bounding": ["CAP_FLY"], "effective": ["CAP_KILL"], "inheritable": ["kill"], "permitted": ["CAP_CHOWN", "CAP_NEW"], "ambient": ["CAP_SYSLOG", "CAP_X"]}}}`,
		".process.capabilities.bounding[0]: warning: \"CAP_FLY\" is no capability that Linux has; it is not granted\n" +
			".process.capabilities.effective: warning: CAP_KILL is not in permitted; it is not granted\n" +
			".process.capabilities.inheritable[0]: warning: \"kill\" is no capability that Linux has; it is not granted\n" +
			".process.capabilities.permitted[1]: warning: \"CAP_NEW\" is no capability that Linux has; it is not granted\n" +
			".process.capabilities.ambient[1]: warning: \"CAP_X\" is no capability that Linux has; it is not granted\n" +
			".process.capabilities.ambient: warning: CAP_SYSLOG is not in permitted; it is not granted\n" +
			".process.capabilities.ambient: warning: CAP_SYSLOG is not in inheritable; it is not granted"},
	{`{"process": {"oomScoreAdj": -1000, "apparmorProfile": "docker-default (enforce)", "selinuxLabel": "system_u:system_r:svirt_lxc_net_t:s0:c124,c675"}}`, ""},
	{`{"process": {"oomScoreAdj": 1001, "apparmorProfile": "a\nb", "selinuxLabel": "\u001b[1m"}}`,
		".process.apparmorProfile: \"a\\nb\" is not printable\n.process.oomScoreAdj: 1001 is not from -1000 to 1000\n.process.selinuxLabel: \"\\x1b[1m\" is not printable"},
	{`{"process": {"oomScoreAdj": -1001}}`, ".process.oomScoreAdj: -1001 is not from -1000 to 1000"},
}

var scheduleTests = []checkTest{
	{`{"process": {"scheduler": {}}}`, ".process.scheduler.policy: missing; want " + strings.Join(schedulerPolicies, ", ")},
	{`{"process": {"scheduler": {"policy": "SCHED_FAST"}}}`, `.process.scheduler.policy: "SCHED_FAST" is not known; want ` + strings.Join(schedulerPolicies, ", ")},
	{`{"process": {"scheduler": {"policy": "SCHED_ISO"}}}`, ".process.scheduler.policy: SCHED_ISO is only reserved; no Linux has it"},
	{`{"process": {"scheduler": {"policy": "SCHED_OTHER", "nice": 19, "flags": ["SCHED_FLAG_RESET_ON_FORK"]}}}`, ""},
	{`{"process": {"scheduler": {"policy": "SCHED_OTHER", "nice": 20, "priority": 1, "flags": ["SCHED_FLAG_X"], "runtime": 1, "deadline": 2, "period": 3}}}`,
		".process.scheduler.nice: 20 is not from -20 to 19\n.process.scheduler.priority: only SCHED_FIFO and SCHED_RR have one\n" +
			".process.scheduler.flags[0]: \"SCHED_FLAG_X\" is not known; want " + strings.Join(schedulerFlags, ", ") + "\n" +
			".process.scheduler.runtime: only SCHED_DEADLINE has one\n.process.scheduler.deadline: only SCHED_DEADLINE has one\n.process.scheduler.period: only SCHED_DEADLINE has one"},
	{`{"process": {"scheduler": {"policy": "SCHED_FIFO", "nice": -21}}}`, ".process.scheduler.nice: -21 is not from -20 to 19\n.process.scheduler.priority: 0 is not from 1 to 99"},
	{`{"process": {"scheduler": {"policy": "SCHED_RR", "priority": 99}}}`, ""},
	{`{"process": {"scheduler": {"policy": "SCHED_RR", "priority": 100}}}`, ".process.scheduler.priority: 100 is not from 1 to 99"},
	{`{"process": {"scheduler": {"policy": "SCHED_DEADLINE", "runtime": 10000000, "deadline": 20000000, "period": 30000000}}}`, ""},
	{`{"process": {"scheduler": {"policy": "SCHED_DEADLINE", "runtime": 1024, "deadline": 1024}}}`, ""},
	{`{"process": {"scheduler": {"policy": "SCHED_DEADLINE"}}}`, ".process.scheduler.runtime: 0 ns is less than 1024\n.process.scheduler.deadline: 0 ns is less than runtime"},
	{`{"process": {"scheduler": {"policy": "SCHED_DEADLINE", "runtime": 3000, "deadline": 2000, "period": 1000}}}`,
		".process.scheduler.deadline: 2000 ns is less than runtime\n.process.scheduler.period: 1000 ns is less than deadline"},
	{`{"process": {"scheduler": {"policy": "SCHED_DEADLINE", "runtime": 3000, "deadline": 9223372036854775808}}}`,
		".process.scheduler.deadline: 9223372036854775808 ns is more than the kernel takes"},
	{`{"process": {"ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 7}}}`, ""},
	{`{"process": {"ioPriority": {"class": "BE", "priority": 8}}}`,
		".process.ioPriority.class: \"BE\" is not known; want IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE\n.process.ioPriority.priority: 8 is not from 0 to 7"},
	{`{"process": {"ioPriority": {"priority": -1}}}`,
		".process.ioPriority.class: missing; want IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE\n.process.ioPriority.priority: -1 is not from 0 to 7"},
	{`{"process": {"execCPUAffinity": {"initial": "7", "final": "0-3,7"}}}`, ""},
	{`{"process": {"execCPUAffinity": {"initial": "3-1", "final": "0x3"}}}`,
		".process.execCPUAffinity.initial: \"3-1\" is no list of numbers; want one such as 0-3,7\n.process.execCPUAffinity.final: \"0x3\" is no list of numbers; want one such as 0-3,7"},
}

var mountTests = []checkTest{
	{`{"mounts": [{"destination": "/a", "type": "tmpfs"}, {"destination": "/b", "source": "b", "options": ["rbind"]}, {"destination": "/c", "type": "bind", "source": "/c"}, {"destination": "/d", "options": ["remount", "ro"]}]}`, ""},
	{`{"mounts": [{}]}`, ".mounts[0].destination: missing; want an absolute path\n.mounts[0].type: missing; want a filesystem, such as tmpfs, or the option bind or rbind"},
	{`{"mounts": [{"destination": "data", "type": "tmpfs"}]}`, `.mounts[0].destination: warning: "data" is relative, which is deprecated; it is taken from /`},
	{`{"mounts": [{"destination": "/a", "options": ["bind"]}, {"destination": "/b", "type": "bind"}, {"destination": "/c", "type": "none", "options": ["ro", "rbind"]}]}`,
		".mounts[0].source: missing; want what to bind, absolute or from the bundle\n.mounts[1].source: missing; want what to bind, absolute or from the bundle\n" +
			".mounts[2].source: missing; want what to bind, absolute or from the bundle"},
	{`{"mounts": [{"destination": "/` + strings.Repeat("x", 4095) + `", "source": "` + strings.Repeat("y", 4096) + `", "type": "tmpfs"}]}`,
		".mounts[0].destination: a path of 4096 bytes; the kernel takes 4095\n.mounts[0].source: a path of 4096 bytes; the kernel takes 4095"},
	{`{"mounts": [{"destination": "/a", "type": "tmpfs"}], "linux": {"namespaces": [{"type": "pid"}]}}`,
		".linux.namespaces: warning: without one of type mount, what .mounts names is mounted in the runtime's own"},
	{`{"mounts": [{"destination": "/a", "source": "/a", "options": ["bind", "idmap"], "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}], "gidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}]}]}`, ""},
	{`{"mounts": [{"destination": "/a", "source": "/a", "options": ["bind"], "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}], "gidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}]}]}`,
		".mounts[0].options: warning: neither idmap nor ridmap is there, so that older runtimes pass over uidMappings and gidMappings"},
	{`{"mounts": [{"destination": "/a", "source": "/a", "options": ["bind", "idmap"], "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}]}]}`,
		".mounts[0].gidMappings: missing; it goes together with uidMappings"},
	{`{"mounts": [{"destination": "/a", "source": "/a", "options": ["bind", "ridmap"], "gidMappings": [{"containerID": 0, "hostID": 1000, "size": 0}]}]}`,
		".mounts[0].uidMappings: missing; it goes together with gidMappings\n.mounts[0].gidMappings[0].size: 0 maps no id; want 1 or more"},
	{`{"mounts": [{"destination": "/a", "source": "/a", "options": ["bind", "idmap=uids=0-5-1;gids=0-6-1"]}]}`, ""},
	{`{"mounts": [{"destination": "/a", "source": "/a", "options": ["bind", "idmap=uids=@0-5-1;gids=0-6-1"]}]}`,
		".mounts[0].options: \"idmap=uids=@0-5-1;gids=0-6-1\": \"uids=@0-5-1\" has \"0-5-1\", which is not in one range of the user namespace's"},
	{`{"mounts": [{"destination": "/a", "source": "/a", "options": ["bind", "idmap"]}]}`,
		".mounts[0].options: idmap without uidMappings and gidMappings takes those of the user namespace, and there is none"},
	{`{"mounts": [{"destination": "/a", "source": "/a", "options": ["bind", "idmap"]}], "linux": {"namespaces": [{"type": "mount"}, {"type": "user", "path": "/proc/1/ns/user"}]}}`, ""},
}

func TestCheckNothing(t *testing.T) {
	if got := Check(nil).Error(); got != ".: missing" {
		t.Errorf("%s", got)
	}
}

// TestCheckOfAPart checks the process of exec and the limits of update, whose paths
// begin at the part.
func TestCheckOfAPart(t *testing.T) {
	process, err := decode(`{"cwd": "x", "args": ["a"], "user": {"uid": 5}, "rlimits": [{}]}`, (*decoder).process)
	if err != nil {
		t.Fatal(err)
	}
	want := ".cwd: \"x\" is not an absolute path\n.rlimits[0].type: missing; want " + strings.Join(rlimits, ", ")
	if got := CheckProcess(process).Error(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	resources, err := decode(`{"memory": {"limit": -2}, "unified": {"a": "b"}}`, (*decoder).linuxResources)
	if err != nil {
		t.Fatal(err)
	}
	want = ".memory.limit: -2 is no limit; want -1 for none, or 0 and more\n.unified.a: is no file of a cgroup; want a name such as memory.high"
	if got := CheckResources(resources).Error(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestWarningsHideNoRefusal floods the problems with warnings before a refusal.
func TestWarningsHideNoRefusal(t *testing.T) {
	unknown := `"X"` + strings.Repeat(`,"X"`, 149)
	problems := checkPatch(t, `{"process": {"capabilities": {"bounding": [`+unknown+`]}}, "linux": {"namespaces": [{"type": "x"}]}}`)
	refusals, warnings := problems.Refusals(), problems.Warnings()
	if len(refusals) != 1 || refusals[0].Path != ".linux.namespaces[0].type" || problems.Err() == nil {
		t.Errorf("refusals: %v", refusals)
	}
	if last := warnings[len(warnings)-1]; len(warnings) != 101 || last.String() != ".: warning: and 50 more" {
		t.Errorf("%d warnings, the last %v", len(warnings), last)
	}
	if err := warnings.Err(); err != nil {
		t.Errorf("warnings as an error: %v", err)
	}
}
