package containers

import (
	"os"
	"strings"
	"testing"

	"isle/test/steps"
)

// cgroup prints a file of the container's cgroup, by its names on version 1 and 2.
const cgroup = `cg() { cat /sys/fs/cgroup/$1 2>/dev/null || cat /sys/fs/cgroup/$2; }; `

// limits are what holds a container back.
var limits = []steps.Step{
	{Name: "memory", Run: `isle run --rm -m 64m bb:1 sh -c '` + cgroup + `cg memory/memory.limit_in_bytes memory.max'`, Output: `^67108864\n$`},
	{Name: "processors", Run: `isle run --rm --cpus 0.5 bb:1 sh -c '` + cgroup + `cg cpu/cpu.cfs_quota_us cpu.max'`, Output: `^50000`},
	{Name: "weight", Run: `isle run --rm --cpu-shares 512 bb:1 sh -c '` + cgroup + `cg cpu/cpu.shares cpu.weight'`, Output: `^(512|20|59)\n$`},
	{Name: "which processors", Run: `test -e /sys/fs/cgroup/cpuset || grep -q cpuset /sys/fs/cgroup/cgroup.controllers || { echo "the kernel has no cpuset		0"; exit; }
		isle run --rm --cpuset-cpus 0 bb:1 grep Cpus_allowed_list /proc/self/status`, Output: `\t0\n$`},
	{Name: "processes", Run: `isle run --rm --pids-limit 20 bb:1 sh -c '` + cgroup + `cg pids/pids.max pids.max; for i in $(seq 30); do sleep 1 & done'`, Status: 2, Output: `^20\n(?s:.*)fork`},
	{Name: "processes unless asked for", Run: `isle run --rm bb:1 sh -c '` + cgroup + `cg pids/pids.max pids.max'`, Output: `^2048\n$`},
	{Name: "open files", Run: `isle run --rm --ulimit nofile=100:200 bb:1 sh -c 'ulimit -n; ulimit -Hn'`, Output: `^100\n200\n$`},
	{Name: "out of memory", Run: `isle run --name o -m 16m --memory-swap 16m bb:1 sh -c 'x=$(head -c 60000000 /dev/zero | tr "\0" x)'; echo $?; isle inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' o; isle rm o`, Output: `^137\ntrue 137\no\n$`},
	{Name: "update", Run: `isle run -d --name u -m 64m bb:1 sleep 100 >/dev/null; isle update -m 32m --memory-swap 32m --cpus 0.25 u; isle exec u sh -c '` + cgroup + `cg memory/memory.limit_in_bytes memory.max; cg cpu/cpu.cfs_quota_us cpu.max'; isle inspect -f '{{.HostConfig.Memory}}' u`, Output: `u\n33554432\n25000(?s:.*)\n33554432\n$`},
	{Name: "stats", Run: `isle stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemUsage}}' u; isle rm -f -t 0 u`, Output: `^u 1 .*/ 33.6MB`},
}

// TestLimits is root's: an ordinary user has limits where cgroups are delegated to
// him, as in the guests of test/vm.
func TestLimits(t *testing.T) {
	if _, out := shell.Do(t, "isle run --rm -m 64m bb:1 true"); os.Geteuid() != 0 && strings.Contains(out, "no cgroups are delegated") {
		t.Skip(out)
	}
	shell.Walk(t, limits)
}

// privileges are what a container may do, and who it is on the host.
var privileges = []steps.Step{
	{Name: "capabilities by name", Run: `isle run --rm --cap-drop all --cap-add chown bb:1 grep CapEff /proc/self/status`, Output: `0000000000000001`},
	{Name: "no new privileges", Run: `isle run --rm --security-opt no-new-privileges bb:1 grep NoNewPrivs /proc/self/status`, Output: `\t1\n`},
	{Name: "system calls are filtered", Run: `isle run --rm bb:1 grep Seccomp: /proc/self/status; isle run --rm --security-opt seccomp=unconfined bb:1 grep Seccomp: /proc/self/status`, Output: `\t2\n.*\t0\n`},
	{Name: "masked files", Run: `isle run --rm bb:1 sh -c 'cat /proc/keys | wc -c; ls /sys/firmware | wc -l; echo x >/proc/sys/kernel/hostname'`, Status: 1, Output: `^0\n0\n(?s:.*)(Read-only|Permission)`},
	{Name: "a parameter of the kernel", Run: `isle run --rm --sysctl net.ipv4.ip_default_ttl=77 bb:1 cat /proc/sys/net/ipv4/ip_default_ttl`, Output: `^77\n$`},
	{Name: "not one of the host's", Run: `isle run --rm --sysctl kernel.panic=1 bb:1 true`, Status: 125, Output: `kernel.panic`},
	{Name: "no mounts", Run: `isle run --rm bb:1 mount -t tmpfs x /tmp`, Status: 1, Output: `(?i)permission denied|not permitted`},
	{Name: "nothing of the host's is open", Run: `exec 7</etc/passwd; isle run --rm bb:1 ls /proc/self/fd`, Output: `^0\n1\n2\n3\n$`},
}

func TestPrivileges(t *testing.T) { shell.Walk(t, privileges) }

// ids are those of user namespaces, which root and others choose differently.
func TestIDs(t *testing.T) {
	if os.Geteuid() == 0 {
		if _, out := shell.Do(t, "isle run --rm --userns auto bb:1 true"); strings.Contains(out, "Linux 6.5 is needed") {
			t.Skip(out)
		}
		shell.Walk(t, []steps.Step{
			{Name: "ids of its own", Run: `isle run -d --name a --userns auto bb:1 sleep 100 >/dev/null; isle run -d --name b --userns auto bb:1 sleep 100 >/dev/null
				for c in a b; do isle exec $c cat /proc/self/uid_map; done | awk '$2 >= 65536 {print $2}' | sort -u | wc -l; isle exec a sh -c 'id -u; stat -c %u /data/file; touch /data/new && stat -c %u /data/new'; isle rm -f -a -t 0 >/dev/null`, Output: `^2\n0\n0\n0\n$`},
			{Name: "a map", Run: `isle run --rm --uidmap 0:200000:1000 --gidmap 0:200000:1000 bb:1 sh -c 'id -u; cat /proc/self/uid_map'`, Output: `^0\n +0 +200000 +1000\n$`},
		})
		return
	}
	shell.Walk(t, possible(t, []steps.Step{
		{Name: "root is the user", Run: `isle run --rm -v .:/v bb:1 sh -c 'id -u; touch /v/mine'; test "$(stat -c %u mine)" = "$(id -u)"`, Output: `^0\n$`},
		{Name: "kept ids", Run: `test "$(isle run --rm --userns keep-id -v .:/v bb:1 sh -c 'id -u; touch /v/kept')" = "$(id -u)" && test "$(stat -c %u kept)" = "$(id -u)"`},
		{Name: "other users", Run: `isle run --rm -u 1000 -v .:/v bb:1 sh -c 'touch /dev/shm/x && stat -c %u /dev/shm/x; touch /v/not'`, Status: 1, Output: `^1000\n(?s:.*)denied`},
		{Name: "files of other users go", Run: `isle run --name o bb:1 sh -c 'mkdir /deep; touch /deep/x; chown -R 1000:1000 /deep; chmod 700 /deep' && isle rm o`, Output: `^o\n$`},
	}))
}
