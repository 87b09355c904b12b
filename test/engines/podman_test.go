package engines

import (
	"fmt"
	"os"
	"testing"
)

// settings are what podman takes for granted of runtimes that it knows by name,
// and limits that no privilege is needed for.
const settings = `[engine]
runtime = "isle"
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime_supports_json = ["isle"]
runtime_supports_nocgroup = ["isle"]
[engine.runtimes]
isle = [%q]
[containers]
default_ulimits = ["nofile=1024:20000", "nproc=10000:10000"]
`

// Its options stand before the image's name, and R runs and removes.
var podman = []step{
	{Name: "run", Run: `$R bb:1 echo hello`, Output: `^hello\n$`},
	{Name: "no such program", Run: `$R bb:1 nosuch`, Status: 127, Output: `"nosuch".*not found`},
	{Name: "no such path", Run: `$R bb:1 /nosuch`, Status: 127, Output: `"/nosuch": no such file`},
	{Name: "not executable", Run: `$R bb:1 /bad/text`, Status: 126, Output: `permission denied`},
	{Name: "no shebang", Run: `$R bb:1 /bad/noshebang`, Status: 126, Output: `without a first line of the form #!INTERPRETER`},
	{Name: "no interpreter", Run: `$R bb:1 /bad/nointerp`, Status: 126, Output: `the interpreter that it asks for, /bin/nosuch`},
	{Name: "carriage return", Run: `$R bb:1 /bad/crlf`, Status: 126, Output: `carriage return`},
	{Name: "another architecture", Run: `$R bb:1 /bad/foreign`, Status: 126, Output: `built for .* and this machine is`},
	{Name: "input", Run: `echo input | $R -i bb:1 cat`, Output: `^input\n$`},
	{Name: "terminal", Run: `$R -t bb:1 sh -c 'tty; test -t 0 && test -t 1 && echo both'`, Output: `/dev/pts/0\nboth`},
	{Name: "user", Run: `$R --user nobody bb:1 id`, Output: `uid=65534\(nobody\)`},
	{Name: "no capabilities", Run: `$R --cap-drop all bb:1 grep CapBnd /proc/self/status`, Output: `0000000000000000`},
	{Name: "filter", Run: `$R bb:1 grep Seccomp: /proc/self/status`, Output: `2\n$`},
	{Name: "user namespace", Run: `$R --uidmap 0:100000:65536 bb:1 sh -c 'id -u; cat /proc/self/uid_map'`, Output: `^0\n +0 +100000 +65536`},
	{Name: "read-only", Run: `$R --read-only bb:1 sh -c 'touch /tmp/x && touch /x'`, Status: 1, Output: `Read-only file system`},
	{Name: "init", Needs: "catatonit", Run: `$R --init bb:1 ps -o pid,args`, Output: `1 .*podman-init`},
	{Name: "volume", Run: `$R -v kept:/data bb:1 sh -c 'echo kept >/data/f' && $R -v kept:/data:ro bb:1 sh -c 'cat /data/f; touch /data/g'`, Status: 1, Output: `^kept\n.*Read-only`},
	{Name: "mask is not the host's", Run: `$R --cap-add all bb:1 sh -c 'chmod 600 /proc/keys; chmod 600 /dev/null; true'; stat -c %a /dev/null`, Output: `666\n$`},
	{Name: "no cgroup", Run: `$R --cgroups disabled bb:1 true`},
	{Name: "detached", Run: `podman run -d --network none --name c bb:1 sh -c 'trap "echo term; exit 3" TERM; echo started; while :; do sleep 0.1; done'`},
	{Name: "logs", Run: `sleep 0.3; podman logs c`, Output: `^started\n$`},
	{Name: "exec", Run: `podman exec -u 1000:1001 -w /tmp -e A=b c sh -c 'id -u; id -g; pwd; echo $A'`, Output: `^1000\n1001\n/tmp\nb\n$`},
	{Name: "exec's status", Run: `podman exec c sh -c 'exit 42'`, Status: 42},
	{Name: "exec of no such program", Run: `podman exec c nosuch`, Status: 127},
	{Name: "exec of what is not executable", Run: `podman exec c /bad/text`, Status: 126},
	{Name: "exec at a terminal", Run: `podman exec -t c tty`, Output: `/dev/pts/`},
	{Name: "exec with much input", Run: `head -c 3000000 /dev/zero | podman exec -i c wc -c`, Output: `^3000000\n$`},
	{Name: "exec with a descriptor", Run: `echo passed >/run/f; podman exec --preserve-fds 1 c sh -c 'cat <&3' 3</run/f`, Output: `^passed\n$`},
	{Name: "pause", Run: `podman pause c && podman ps -a --format '{{.Status}}' && ! podman exec c true 2>/dev/null && podman unpause c`, Output: `(?i)paused`},
	{Name: "stats", Run: `podman stats --no-stream --format '{{.Name}} {{.PIDs}}' c`, Output: `^c [1-9]`},
	{Name: "top", Run: `podman top c pid args`, Output: `sleep 0.1|trap`},
	{Name: "update", Run: `podman update --memory 48m --cpus 0.5 c && podman exec c sh -c 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us 2>/dev/null || cat memory.max cpu.max'`, Output: `50331648\n50000`},
	{Name: "stop", Run: `podman stop c && podman inspect -f '{{.State.Status}} {{.State.ExitCode}}' c && podman logs c`, Output: `exited 3\nstarted\nterm\n$`},
	{Name: "start again and kill", Run: `podman start c && podman kill c && podman wait c && podman rm c`, Output: `137`},
	{Name: "health", Run: `podman run -d --network none --name h --health-cmd 'test -e /ok' --health-interval 0 bb:1 sleep 100;
		podman healthcheck run h; podman exec h touch /ok && podman healthcheck run h && podman inspect -f '{{.State.Healthcheck.Status}}' h; podman rm -f -t 0 h`, Output: `unhealthy\n.*\n?healthy`},
	{Name: "limits", Run: `$R --memory 64m --cpus 0.5 --pids-limit 30 bb:1 sh -c 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max 2>/dev/null || cat memory.max cpu.max pids.max'`, Output: `67108864\n50000.*\n30\n$`},
	{Name: "out of memory", Run: `podman run --name o --network none --memory 8m bb:1 sh -c 'x=$(head -c 40000000 /dev/zero | tr "\0" x)'; podman inspect -f '{{.State.ExitCode}}' o; podman rm o`, Output: `137`},
	{Name: "pod", Run: `podman pod create --name p --network none --share net,ipc,uts,pid --infra-image bb:1 --infra-command "sleep 150" && podman run -d --pod p --name a bb:1 sleep 100 && podman run -d --pod p --name b bb:1 sleep 100`},
	{Name: "pod shares", Run: `for n in net ipc uts pid; do test $(podman exec a readlink /proc/self/ns/$n) = $(podman exec b readlink /proc/self/ns/$n) && echo $n; done; podman exec a ps`, Output: `net\nipc\nuts\npid\n(?s:.*sleep 150.*sleep 100.*sleep 100)`},
	{Name: "pod pauses and goes", Run: `podman pod pause p && podman pod ps --format '{{.Status}}' && podman pod unpause p && podman pod stop -t 0 p && podman pod rm p`, Output: `Paused`},
	{Name: "created", Run: `podman create --name i --network none bb:1 sleep 100 && podman init i && $RUNTIME list; podman rm -f -t 0 i`, Output: `created`},
	{Name: "eight at once", Run: `for i in 1 2 3 4 5 6 7 8; do podman run -d --network none bb:1 sleep 120 & done; wait; podman ps -q | wc -l; podman rm -f -a -t 0`, Output: `(?m)^8$`},
	{Name: "checkpoint", Needs: "criu", Run: counting + `podman container checkpoint k && podman inspect -f '{{.State.Status}} {{.State.Checkpointed}}' k`, Output: `exited true\n$`},
	{Name: "restore", Needs: "criu", Run: `was=$(podman logs k | tail -1); podman container restore k && until podman logs k >/run/log && test "$(tail -1 /run/log)" -gt $was; do sleep 0.1; done; test "$(wc -l </run/log)" = "$(tail -1 /run/log)" && podman exec k echo there`, Output: `there\n$`},
	{Name: "checkpoint, left running", Needs: "criu", Run: `podman container checkpoint --leave-running k && podman ps --format '{{.Names}}' && podman rm -f -t 0 k`, Output: `(?m)^k$`},
	{Name: "checkpoint in an archive", Needs: "criu", Run: counting + `podman container checkpoint --export /run/k.tar k && podman rm k && podman container restore --import /run/k.tar --name l && podman exec l echo there && podman rm -f -t 0 l`, Output: `there`},
	{Name: "checkpoint at a terminal", Needs: "criu", Run: `podman run -d -t --network none --name t bb:1 sleep 100 && podman container checkpoint t && podman container restore t && podman exec t readlink /proc/1/fd/0 && podman rm -f -t 0 t`, Output: `/dev/pts/0`},
	{Name: "checkpoint of a pod's", Needs: "criu", Run: `podman pod create --name q --network none --share net,ipc,uts --infra-image bb:1 --infra-command "sleep 150" && podman run -d --pod q --name a bb:1 sleep 100 && podman container checkpoint a && podman container restore a && podman exec a echo there && podman pod rm -f -t 0 q`, Output: `there`},
	{Name: "none left", Run: `podman ps -a -q`, Output: `^$`},
}

// counting starts a container k that counts, and waits until it does.
const counting = `podman run -d --network none --name k bb:1 sh -c 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done'; until test "$(podman logs k)"; do sleep 0.1; done; `

func TestPodman(t *testing.T) {
	need(t, "podman", "conmon")
	const file = "/run/containers.conf"
	if err := os.WriteFile(file, fmt.Appendf(nil, settings, runtime), 0o644); err != nil {
		t.Fatal(err)
	}
	environment := []string{"CONTAINERS_CONF=" + file, "R=podman run --rm --network none"}
	t.Log(must(t, environment, "podman --version; conmon --version | head -1; podman load -q -i "+image))
	walk(t, environment, podman)
	nothingLeft(t, "/run/isle/oci", "*/libpod-*")
}
