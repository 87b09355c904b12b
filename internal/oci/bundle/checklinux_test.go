package bundle

import (
	"strconv"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// user is the namespaces of a container with a user namespace of its own.
const user = `"namespaces": [{"type": "user"}, {"type": "mount"}]`

var namespaceTests = []checkTest{
	{`{"linux": {"namespaces": [{"type": "pid", "path": "/proc/1/ns/pid"}, {"type": "cgroup"}]}}`, ""},
	{`{"linux": {"namespaces": [{"type": "net"}, {}, {"type": "pid"}, {"type": "pid", "path": "p"}]}}`,
		".linux.namespaces[0].type: \"net\" is not known; want pid, network, mount, ipc, uts, user, cgroup, time\n" +
			".linux.namespaces[1].type: missing; want pid, network, mount, ipc, uts, user, cgroup, time\n" +
			".linux.namespaces[3].type: a namespace of type pid is there twice\n.linux.namespaces[3].path: \"p\" is not an absolute path"},
	{`{"linux": {"uidMappings": [{"size": 1}], "gidMappings": [{"size": 1}]}}`, ".linux.uidMappings: needs a user namespace\n.linux.gidMappings: needs a user namespace"},
	{`{"linux": {` + user + `}}`, ".linux.uidMappings: warning: missing; the caller alone is mapped, to 0\n.linux.gidMappings: warning: missing; the caller alone is mapped, to 0"},
	{`{"linux": {` + user + `, "uidMappings": [{"size": 1}], "gidMappings": [{"size": 4294967295}]}}`, ""},
	{`{"linux": {"namespaces": [{"type": "user", "path": "/proc/1/ns/user"}], "uidMappings": [{"size": 1}]}}`,
		`.linux.uidMappings: warning: the user namespace at "/proc/1/ns/user" has its own mappings, which count`},
	{`{"linux": {` + user + `, "uidMappings": [{"size": 10}, {"containerID": 10, "hostID": 9, "size": 1}, {"containerID": 5, "hostID": 100, "size": 0}, {"containerID": 9, "hostID": 20, "size": 5}], "gidMappings": [{"size": 4294967295}, {"containerID": 4294967295, "hostID": 4294967294, "size": 1}]}}`,
		".linux.uidMappings[1].hostID: 9 overlaps the mapping [0]\n.linux.uidMappings[2].size: 0 maps no id; want 1 or more\n" +
			".linux.uidMappings[3].containerID: 9 overlaps the mapping [0]\n" +
			".linux.gidMappings[1].containerID: 4294967295 and 1 ids from there go beyond 4294967294, the last one\n" +
			".linux.gidMappings[1].hostID: 4294967294 overlaps the mapping [0]"},
	{`{"linux": {` + user + `, "uidMappings": [{"hostID": 4294967295, "size": 4294967295}], "gidMappings": [{"hostID": 0, "size": 1}` + strings.Repeat(`,{"size": 1}`, 340) + `]}}`,
		".linux.uidMappings[0].hostID: 4294967295 and 4294967295 ids from there go beyond 4294967294, the last one\n.linux.gidMappings: 341 mappings; the kernel takes 340"},
	{`{"process": {"user": {"uid": 1000, "gid": 999, "additionalGids": [5, 1000]}}, "linux": {` + user + `, "uidMappings": [{"size": 1000}], "gidMappings": [{"size": 1}, {"containerID": 1000, "hostID": 1000, "size": 1}]}}`,
		".process.user.uid: 1000 is not mapped in .linux.uidMappings, so that no process can have it\n" +
			".process.user.gid: 999 is not mapped in .linux.gidMappings, so that no process can have it\n" +
			".process.user.additionalGids[0]: 5 is not mapped in .linux.gidMappings, so that no process can have it"},
	{`{"linux": {"timeOffsets": {"monotonic": {"secs": -9223372036, "nanosecs": 999999999}, "boottime": {"secs": 9223372036}, "1": {}, "7": {}}}}`, ""},
	{`{"linux": {"timeOffsets": {"realtime": {"secs": 9223372037, "nanosecs": 1000000000}}}}`,
		".linux.timeOffsets.realtime: \"realtime\" is not known; want monotonic, boottime, 1, 7\n.linux.timeOffsets.realtime.secs: 9223372037 is not from -9223372036 to 9223372036\n" +
			".linux.timeOffsets.realtime.nanosecs: 1000000000 is not from 0 to 999999999"},
	{`{"linux": {"namespaces": [], "timeOffsets": {"monotonic": {}}}}`, ".linux.timeOffsets.monotonic: needs a new time namespace"},
	{`{"linux": {"namespaces": [{"type": "time", "path": "/t"}], "timeOffsets": {"monotonic": {}}}}`, ".linux.timeOffsets.monotonic: needs a new time namespace"},
}

var linuxTests = []checkTest{
	{`{"linux": {"rootfsPropagation": "rslave", "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"], "mountLabel": "system_u:object_r:svirt_sandbox_file_t:s0:c715,c811"}}`, ""},
	{`{"linux": {"rootfsPropagation": "slaves", "maskedPaths": ["proc/kcore", ""], "readonlyPaths": ["/ok", "./x"], "mountLabel": "a\tb"}}`,
		".linux.rootfsPropagation: \"slaves\" is not known; want " + strings.Join(propagations, ", ") + "\n" +
			".linux.maskedPaths[0]: \"proc/kcore\" is not an absolute path\n.linux.maskedPaths[1]: missing; want an absolute path\n" +
			".linux.readonlyPaths[1]: \"./x\" is not an absolute path\n.linux.mountLabel: \"a\\tb\" is not printable"},
	{`{"linux": {"namespaces": [{"type": "pid"}], "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"]}}`,
		".linux.maskedPaths: needs a mount namespace\n.linux.readonlyPaths: needs a mount namespace"},
	{`{"linux": {"personality": {"domain": "LINUX32"}}}`, ""},
	{`{"linux": {"personality": {"flags": ["x"]}}}`, ".linux.personality.domain: missing; want LINUX, LINUX32\n.linux.personality.flags: warning: the specification has none; they are passed over"},
	{`{"linux": {"personality": {"domain": "linux"}}}`, `.linux.personality.domain: "linux" is not known; want LINUX, LINUX32`},
	{`{"linux": {"cgroupsPath": "/libpod_parent/libpod-0e6a3cea"}}`, ""},
	{`{"linux": {"cgroupsPath": "kubepods-burstable-pod1.slice:cri-containerd:0e6a"}}`, ""},
	{`{"linux": {"cgroupsPath": "/a/../../b"}}`, `.linux.cgroupsPath: "/a/../../b" must not lead up with ".."`},
	{`{"linux": {"cgroupsPath": ".."}}`, `.linux.cgroupsPath: ".." must not lead up with ".."`},
	{`{"linux": {"cgroupsPath": "a..b/..."}}`, ""},
	{`{"linux": {"cgroupsPath": "/a\nb"}}`, `.linux.cgroupsPath: "/a\nb" is not printable`},
	{`{"linux": {"cgroupsPath": "/` + strings.Repeat("x", 256) + `"}}`, `.linux.cgroupsPath: "/` + strings.Repeat("x", 63) + `"... has a part of more than 255 bytes`},
	{`{"linux": {"cgroupsPath": "` + strings.Repeat("/x", 2048) + `"}}`, ".linux.cgroupsPath: a path of 4096 bytes; the kernel takes 4095"},
}

var deviceTests = []checkTest{
	{`{"linux": {"devices": [{"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229, "fileMode": 438, "uid": 0, "gid": 0}, {"path": "/dev/x", "type": "u", "major": 4095, "minor": 1048575, "fileMode": 8630}, {"path": "/run/pipe", "type": "p", "major": -5}]}}`, ""},
	{`{"linux": {"devices": [{}, {"path": "dev/x", "type": "b", "major": 4096, "minor": 1048576, "fileMode": 65536, "uid": 4294967295, "gid": 4294967295}, {"path": "/x", "type": "c", "major": -1, "minor": -1}, {"path": "/y", "type": "s"}]}}`,
		".linux.devices[0].path: missing; want an absolute path\n.linux.devices[0].type: missing; want c, b, u, p\n" +
			".linux.devices[1].path: \"dev/x\" is not an absolute path\n.linux.devices[1].major: 4096 is not from 0 to 4095\n.linux.devices[1].minor: 1048576 is not from 0 to 1048575\n" +
			".linux.devices[1].fileMode: 65536 is not from 0 to 65535\n" +
			".linux.devices[1].uid: 4294967295 is no id: the kernel takes it for \"unchanged\"\n.linux.devices[1].gid: 4294967295 is no id: the kernel takes it for \"unchanged\"\n" +
			".linux.devices[2].major: -1 is not from 0 to 4095\n.linux.devices[2].minor: -1 is not from 0 to 1048575\n.linux.devices[3].type: \"s\" is not known; want c, b, u, p"},
	{`{"linux": {"resources": {"devices": [{"allow": false}, {"allow": true, "type": "c", "major": -1, "minor": 3, "access": "rwm"}, {"type": "a", "access": "m"}]}}}`, ""},
	{`{"linux": {"resources": {"devices": [{"type": "p", "major": -2, "minor": 4294967296, "access": "rx"}]}}}`,
		".linux.resources.devices[0].type: \"p\" is not known; want a, c, b\n.linux.resources.devices[0].major: -2 is not from -1 to 4294967295\n" +
			".linux.resources.devices[0].minor: 4294967296 is not from -1 to 4294967295\n.linux.resources.devices[0].access: \"rx\" holds more than r, w and m"},
	{`{"linux": {"netDevices": {"eth0": {"name": "container_eth0"}, "eth1": {}, "eth2": {"name": "e%d"}, "eth3": {"name": "e%d"}}}}`, ""},
	{`{"linux": {"netDevices": {"": {}, "a/b": {"name": "x y"}, "averylongname.100": {}, "b": {"name": "same"}, "c": {"name": "same"}, "same": {}, "..": {}}}}`,
		".linux.netDevices[\"\"]: \"\" is no network interface's name\n.linux.netDevices[\"..\"]: \"..\" is no network interface's name\n" +
			".linux.netDevices[\"a/b\"]: \"a/b\" is no network interface's name\n.linux.netDevices[\"a/b\"].name: \"x y\" is no network interface's name\n" +
			".linux.netDevices[\"averylongname.100\"]: \"averylongname.100\" is no network interface's name\n" +
			".linux.netDevices.c: would be the second \"same\" in the container\n.linux.netDevices.same: would be the second \"same\" in the container"},
	{`{"linux": {"namespaces": [{"type": "pid"}], "netDevices": {"eth0": {}}}}`, ".linux.netDevices: needs a network namespace to move them to"},
}

var sysctlTests = []checkTest{
	{`{"linux": {"sysctl": {"net.ipv4.ip_forward": "1", "net/ipv4/conf/eth0.1/forwarding": "1", "fs.mqueue.msg_max": "1", "kernel.sem": "1 2 3 4", "kernel.shm_rmid_forced": "1", "kernel.domainname": "d", "kernel/msgmax": "1"}}}`, ""},
	{`{"linux": {"sysctl": {"vm.swappiness": "1", "kernel.core_pattern": "|/x", "kernel.msgmaxx": "1", "net": "1", "": "1", "kernel": "1"}}}`,
		".linux.sysctl[\"\"]: names no file under /proc/sys; want a name such as net.core.somaxconn\n" +
			".linux.sysctl.kernel: is of no namespace: it would be set for the host\n.linux.sysctl[\"kernel.core_pattern\"]: is of no namespace: it would be set for the host\n" +
			".linux.sysctl[\"kernel.msgmaxx\"]: is of no namespace: it would be set for the host\n.linux.sysctl.net: is of no namespace: it would be set for the host\n" +
			".linux.sysctl[\"vm.swappiness\"]: is of no namespace: it would be set for the host"},
	{`{"linux": {"namespaces": [], "sysctl": {"net.core.somaxconn": "1", "fs.mqueue.msg_max": "1", "kernel.shmmax": "1", "kernel.domainname": "d"}}}`,
		".linux.sysctl[\"fs.mqueue.msg_max\"]: needs a namespace of type ipc, or it would be set for the host\n" +
			".linux.sysctl[\"kernel.domainname\"]: needs a namespace of type uts, or it would be set for the host\n" +
			".linux.sysctl[\"kernel.shmmax\"]: needs a namespace of type ipc, or it would be set for the host\n" +
			".linux.sysctl[\"net.core.somaxconn\"]: needs a namespace of type network, or it would be set for the host"},
	{`{"linux": {"sysctl": {"kernel.hostname": "h"}}}`, `.linux.sysctl["kernel.hostname"]: want .hostname instead`},
	{`{"domainname": "d", "linux": {"sysctl": {"kernel.domainname": "h"}}}`, `.linux.sysctl["kernel.domainname"]: set twice: here and in .domainname`},
	{`{"linux": {"sysctl": {"net/../kernel/core_pattern": "1", "net.//.kernel.core_pattern": "1", "net..core": "1", "net.core.": "1", ".net": "1", "net/./x": "1", "net.a b": "1", "net.a\nb": "1"}}}`,
		".linux.sysctl[\".net\"]: names no file under /proc/sys; want a name such as net.core.somaxconn\n" +
			".linux.sysctl[\"net..core\"]: names no file under /proc/sys; want a name such as net.core.somaxconn\n" +
			".linux.sysctl[\"net.//.kernel.core_pattern\"]: names no file under /proc/sys; want a name such as net.core.somaxconn\n" +
			".linux.sysctl[\"net.a\\nb\"]: names no file under /proc/sys; want a name such as net.core.somaxconn\n" +
			".linux.sysctl[\"net.a b\"]: names no file under /proc/sys; want a name such as net.core.somaxconn\n" +
			".linux.sysctl[\"net.core.\"]: names no file under /proc/sys; want a name such as net.core.somaxconn\n" +
			".linux.sysctl[\"net/../kernel/core_pattern\"]: names no file under /proc/sys; want a name such as net.core.somaxconn\n" +
			".linux.sysctl[\"net/./x\"]: names no file under /proc/sys; want a name such as net.core.somaxconn"},
}

// TestSysctlPath holds names to the files they mean.
func TestSysctlPath(t *testing.T) {
	for name, want := range map[string]string{
		"net.ipv4.ip_forward":             "net/ipv4/ip_forward",
		"net/ipv4/ip_forward":             "net/ipv4/ip_forward",
		"net.ipv4.conf.eth0/1.forwarding": "net/ipv4/conf/eth0.1/forwarding",
		"net/ipv4/conf/eth0.1/forwarding": "net/ipv4/conf/eth0.1/forwarding",
		"kernel":                          "kernel",
		"net.//.x":                        "",
		"net/../x":                        "",
		"../x":                            "",
		"/x":                              "",
		"x/":                              "",
		"":                                "",
		"net.x\x00y":                      "",
	} {
		if got := SysctlPath(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

var seccompTests = []checkTest{
	{`{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 4095, "architectures": ["SCMP_ARCH_X86_64"], "flags": ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/run/s", "listenerMetadata": "x", "syscalls": [{"names": ["open"], "action": "SCMP_ACT_NOTIFY", "args": [{"index": 5, "value": 1, "op": "SCMP_CMP_EQ"}]}, {"names": ["x"], "action": "SCMP_ACT_TRACE", "errnoRet": 65535}]}}}`, ""},
	{`{"linux": {"seccomp": {}}}`, ".linux.seccomp.defaultAction: missing; want " + strings.Join(seccompActions, ", ")},
	{`{"linux": {"seccomp": {"defaultAction": "ALLOW", "architectures": ["X86"], "flags": ["LOG"], "syscalls": [{}, {"names": [""], "action": "SCMP_ACT_NO", "args": [{"index": 6}, {"op": "EQ"}]}]}}}`,
		".linux.seccomp.defaultAction: \"ALLOW\" is not known; want " + strings.Join(seccompActions, ", ") + "\n" +
			".linux.seccomp.architectures[0]: \"X86\" is not known; want " + strings.Join(seccompArchitectures, ", ") + "\n" +
			".linux.seccomp.flags[0]: \"LOG\" is not known; want " + strings.Join(seccompFlags, ", ") + "\n" +
			".linux.seccomp.syscalls[0].names: missing; want at least one system call\n.linux.seccomp.syscalls[0].action: missing; want " + strings.Join(seccompActions, ", ") + "\n" +
			".linux.seccomp.syscalls[1].names[0]: is empty; want a system call\n.linux.seccomp.syscalls[1].action: \"SCMP_ACT_NO\" is not known; want " + strings.Join(seccompActions, ", ") + "\n" +
			".linux.seccomp.syscalls[1].args[0].index: 6 is not from 0 to 5; a system call has six arguments\n" +
			".linux.seccomp.syscalls[1].args[0].op: missing; want " + strings.Join(seccompOperators, ", ") + "\n" +
			".linux.seccomp.syscalls[1].args[1].op: \"EQ\" is not known; want " + strings.Join(seccompOperators, ", ")},
	{`{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1, "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "errnoRet": 1}, {"names": ["a"], "action": "SCMP_ACT_ERRNO", "errnoRet": 4096}, {"names": ["a"], "action": "SCMP_ACT_TRACE", "errnoRet": 65536}]}}}`,
		".linux.seccomp.defaultErrnoRet: must not be set: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE return a value\n" +
			".linux.seccomp.syscalls[0].errnoRet: must not be set: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE return a value\n" +
			".linux.seccomp.syscalls[1].errnoRet: 4096 is more than 4095\n.linux.seccomp.syscalls[2].errnoRet: 65536 is more than 65535"},
	{`{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_NOTIFY", "listenerMetadata": "x", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_NOTIFY"}]}}}`,
		".linux.seccomp.defaultAction: SCMP_ACT_NOTIFY would stop the very call that hands the listener over\n" +
			".linux.seccomp.listenerPath: missing; SCMP_ACT_NOTIFY needs one to ask\n.linux.seccomp.listenerMetadata: must not be set without listenerPath"},
	{`{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "s"}}}`, `.linux.seccomp.listenerPath: "s" is not an absolute path`},
}

var memoryTests = []checkTest{
	{`{"linux": {"resources": {"memory": {"limit": 0, "reservation": -1, "swap": -1, "kernelTCP": -1, "swappiness": 100}}}}`, ""},
	{`{"linux": {"resources": {"memory": {"swappiness": 18446744073709551615}}}}`, ""},
	{`{"linux": {"resources": {"memory": {"limit": -2, "reservation": -2, "swap": -2, "kernel": 1, "kernelTCP": -2, "swappiness": 101}}}}`,
		".linux.resources.memory.limit: -2 is no limit; want -1 for none, or 0 and more\n.linux.resources.memory.reservation: -2 is no limit; want -1 for none, or 0 and more\n" +
			".linux.resources.memory.swap: -2 is no limit; want -1 for none, or 0 and more\n.linux.resources.memory.kernel: warning: deprecated; passed over\n" +
			".linux.resources.memory.kernelTCP: -2 is no limit; want -1 for none, or 0 and more\n.linux.resources.memory.swappiness: 101 is not from 0 to 100"},
	{`{"linux": {"resources": {"memory": {"limit": 2000, "swap": 1999}}}}`, ".linux.resources.memory.swap: 1999 is memory and swap together, and less than limit, 2000"},
	{`{"linux": {"resources": {"memory": {"limit": 2000, "swap": 2000}}}}`, ""},
}

var resourceTests = []checkTest{
	{`{"linux": {"resources": {"cpu": {"shares": 0, "quota": -1, "burst": 5, "period": 0, "cpus": "0-3,7", "mems": "0", "idle": 1}}}}`, ""},
	{`{"linux": {"resources": {"cpu": {"shares": 2, "quota": 1000, "burst": 1000, "period": 1000000, "realtimeRuntime": 950000, "realtimePeriod": 1000000, "cpus": "0, 2-2"}}}}`, ""},
	{`{"linux": {"resources": {"cpu": {"shares": 1, "quota": 999, "burst": 1000, "period": 999, "realtimeRuntime": -2, "cpus": "0-", "mems": "a", "idle": 2}}}}`,
		".linux.resources.cpu.shares: 1 is not from 2 to 262144\n.linux.resources.cpu.quota: 999 is less than 1000 microseconds\n.linux.resources.cpu.burst: 1000 is more than quota, 999\n" +
			".linux.resources.cpu.period: 999 is not from 1000 to 1000000\n.linux.resources.cpu.realtimeRuntime: -2 is no limit; want -1 for none, or 0 and more\n" +
			".linux.resources.cpu.cpus: \"0-\" is no list of numbers; want one such as 0-3,7\n.linux.resources.cpu.mems: \"a\" is no list of numbers; want one such as 0-3,7\n" +
			".linux.resources.cpu.idle: 2 is not from 0 to 1"},
	{`{"linux": {"resources": {"cpu": {"shares": 262145, "quota": -2, "period": 1000001, "realtimeRuntime": 2, "realtimePeriod": 1, "cpus": "1,,2", "mems": "65536", "idle": -1}}}}`,
		".linux.resources.cpu.shares: 262145 is not from 2 to 262144\n.linux.resources.cpu.quota: -2 is no limit; want -1 for none, or 0 and more\n" +
			".linux.resources.cpu.period: 1000001 is not from 1000 to 1000000\n.linux.resources.cpu.realtimeRuntime: 2 is more than realtimePeriod, 1\n" +
			".linux.resources.cpu.cpus: \"1,,2\" is no list of numbers; want one such as 0-3,7\n.linux.resources.cpu.mems: \"65536\" is no list of numbers; want one such as 0-3,7\n" +
			".linux.resources.cpu.idle: -1 is not from 0 to 1"},
	{`{"linux": {"resources": {"pids": {"limit": -1}}}}`, ""},
	{`{"linux": {"resources": {"pids": {"limit": 0}}}}`, ""},
	{`{"linux": {"resources": {"pids": {"limit": -2}}}}`, ".linux.resources.pids.limit: -2 is no limit; want -1 for none, or 0 and more"},
	{`{"linux": {"resources": {"blockIO": {"weight": 0, "leafWeight": 1000, "weightDevice": [{"major": 8, "minor": 0, "weight": 500}], "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 18446744073709551615}]}}}}`, ""},
	{`{"linux": {"resources": {"blockIO": {"weight": 1001, "leafWeight": 65535, "weightDevice": [{"major": -1, "minor": 1048576}], "throttleReadBpsDevice": [{"major": 4096}], "throttleWriteBpsDevice": [{"minor": -1}], "throttleReadIOPSDevice": [{"major": 4096}], "throttleWriteIOPSDevice": [{"minor": -1}]}}}}`,
		".linux.resources.blockIO.weight: 1001 is not from 0 to 1000\n.linux.resources.blockIO.leafWeight: 65535 is not from 0 to 1000\n" +
			".linux.resources.blockIO.weightDevice[0].major: -1 is not from 0 to 4095\n.linux.resources.blockIO.weightDevice[0].minor: 1048576 is not from 0 to 1048575\n" +
			".linux.resources.blockIO.weightDevice[0]: want weight or leafWeight, or both\n" +
			".linux.resources.blockIO.throttleReadBpsDevice[0].major: 4096 is not from 0 to 4095\n.linux.resources.blockIO.throttleWriteBpsDevice[0].minor: -1 is not from 0 to 1048575\n" +
			".linux.resources.blockIO.throttleReadIOPSDevice[0].major: 4096 is not from 0 to 4095\n.linux.resources.blockIO.throttleWriteIOPSDevice[0].minor: -1 is not from 0 to 1048575"},
}

var controllerTests = []checkTest{
	{`{"linux": {"resources": {"hugepageLimits": [{"pageSize": "2MB"}, {"pageSize": "64KB"}, {"pageSize": "1GB"}, {"pageSize": "512MB"}]}}}`, ""},
	{`{"linux": {"resources": {"hugepageLimits": [{}, {"pageSize": "2M"}, {"pageSize": "2kB"}, {"pageSize": "MB"}, {"pageSize": "02MB"}, {"pageSize": "2KMB"}, {"pageSize": "../2MB"}, {"pageSize": "2B"}]}}}`,
		hugepageLines("", "2M", "2kB", "MB", "02MB", "2KMB", "../2MB", "2B")},
	{`{"linux": {"resources": {"network": {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 500}]}}}}`, ""},
	{`{"linux": {"resources": {"network": {"priorities": [{"priority": 500}, {"name": "a b"}]}}}}`,
		".linux.resources.network.priorities[0].name: \"\" is no network interface's name\n.linux.resources.network.priorities[1].name: \"a b\" is no network interface's name"},
	{`{"linux": {"resources": {"rdma": {"mlx5_1": {"hcaHandles": 3}, "mlx4_0": {"hcaObjects": 1000}}}}}`, ""},
	{`{"linux": {"resources": {"rdma": {"": {"hcaHandles": 3}, "a\nb": {"hcaHandles": 3}, "mlx4_0": {}}}}}`,
		".linux.resources.rdma[\"\"]: no RDMA device can have this name\n.linux.resources.rdma[\"a\\nb\"]: no RDMA device can have this name\n.linux.resources.rdma.mlx4_0: want hcaHandles or hcaObjects, or both"},
	{`{"linux": {"resources": {"unified": {"io.max": "259:0 rbps=2097152\n253:0 rbps=1", "hugetlb.1GB.max": "1073741824"}}}}`, ""},
	{`{"linux": {"resources": {"unified": {"": "", "..": "", "../cgroup.procs": "1", "memory": "1", "a/b.c": "1", "memory.high\n": "1", ".x": "1"}}}}`,
		unifiedLines(`[""]`, `[".."]`, `["../cgroup.procs"]`, `[".x"]`, `["a/b.c"]`, `.memory`, `["memory.high\n"]`)},
}

func hugepageLines(sizes ...string) string {
	for i, size := range sizes {
		sizes[i] = ".linux.resources.hugepageLimits[" + strconv.Itoa(i) + "].pageSize: " + strconv.Quote(size) + " is no page size; want one such as 2MB"
	}
	return strings.Join(sizes, "\n")
}

func unifiedLines(keys ...string) string {
	for i, key := range keys {
		keys[i] = ".linux.resources.unified" + key + ": is no file of a cgroup; want a name such as memory.high"
	}
	return strings.Join(keys, "\n")
}

var numaTests = []checkTest{
	{`{"linux": {"memoryPolicy": {"mode": "MPOL_INTERLEAVE", "nodes": "2-3", "flags": ["MPOL_F_STATIC_NODES"]}}}`, ""},
	{`{"linux": {"memoryPolicy": {"mode": "MPOL_DEFAULT"}}}`, ""},
	{`{"linux": {"memoryPolicy": {"mode": "MPOL_PREFERRED"}}}`, ""},
	{`{"linux": {"memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_NUMA_BALANCING"]}}}`, ""},
	{`{"linux": {"memoryPolicy": {}}}`, ".linux.memoryPolicy.mode: missing; want " + strings.Join(memoryPolicyModes, ", ")},
	{`{"linux": {"memoryPolicy": {"mode": "BIND", "nodes": "x", "flags": ["STATIC"]}}}`,
		".linux.memoryPolicy.mode: \"BIND\" is not known; want " + strings.Join(memoryPolicyModes, ", ") + "\n" +
			".linux.memoryPolicy.nodes: \"x\" is no list of numbers; want one such as 0-3,7\n.linux.memoryPolicy.flags[0]: \"STATIC\" is not known; want " + strings.Join(memoryPolicyFlags, ", ")},
	{`{"linux": {"memoryPolicy": {"mode": "MPOL_LOCAL", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES", "MPOL_F_RELATIVE_NODES", "MPOL_F_NUMA_BALANCING"]}}}`,
		".linux.memoryPolicy.nodes: MPOL_LOCAL takes none\n.linux.memoryPolicy.flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other\n" +
			".linux.memoryPolicy.flags: MPOL_LOCAL without nodes takes neither MPOL_F_STATIC_NODES nor MPOL_F_RELATIVE_NODES\n" +
			".linux.memoryPolicy.flags: MPOL_F_NUMA_BALANCING goes with MPOL_BIND and MPOL_PREFERRED_MANY alone"},
	{`{"linux": {"memoryPolicy": {"mode": "MPOL_WEIGHTED_INTERLEAVE"}}}`, ".linux.memoryPolicy.nodes: missing; MPOL_WEIGHTED_INTERLEAVE needs at least one"},
	{`{"linux": {"intelRdt": {"closID": "guaranteed_group", "schemata": ["L3:0=7f0;1=1f", "MB:0=20;1=70"], "l3CacheSchema": "L3:0=f", "memBwSchema": "MB:0=20"}}}`, ""},
	{`{"linux": {"intelRdt": {"closID": "/"}}}`, ""},
	{`{"linux": {"intelRdt": {"closID": "a/../..", "schemata": ["L3:0=f", "a\nb"], "l3CacheSchema": "0=f\nMB:0=1", "memBwSchema": "L3:0=f\n"}}}`,
		".linux.intelRdt.closID: \"a/../..\" is no name of a folder\n.linux.intelRdt.schemata[1]: must be one line\n" +
			".linux.intelRdt.l3CacheSchema: warning: \"0=f\\nMB:0=1\" should begin with L3:\n.linux.intelRdt.l3CacheSchema: must be one line\n" +
			".linux.intelRdt.memBwSchema: \"L3:0=f\\n\" must begin with MB:\n.linux.intelRdt.memBwSchema: must be one line"},
	{`{"linux": {"intelRdt": {"closID": ".."}}}`, `.linux.intelRdt.closID: ".." is no name of a folder`},
	{`{"linux": {"intelRdt": {"closID": "a\nb"}}}`, `.linux.intelRdt.closID: "a\nb" is not printable`},
}

// TestKnownValues holds the tables to the constants of specs-go where it has all.
func TestKnownValues(t *testing.T) {
	for _, ns := range []specs.LinuxNamespaceType{
		specs.PIDNamespace, specs.NetworkNamespace, specs.MountNamespace, specs.IPCNamespace,
		specs.UTSNamespace, specs.UserNamespace, specs.CgroupNamespace, specs.TimeNamespace,
	} {
		if position(string(ns), namespaceTypes) < 0 {
			t.Errorf("%s is not known", ns)
		}
	}
}
