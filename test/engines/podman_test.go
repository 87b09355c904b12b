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
	{name: "run", run: `$R bb:1 echo hello`, output: `^hello\n$`},
	{name: "no such program", run: `$R bb:1 nosuch`, status: 127, output: `"nosuch".*not found`},
	{name: "no such path", run: `$R bb:1 /nosuch`, status: 127, output: `"/nosuch": no such file`},
	{name: "not executable", run: `$R bb:1 /bad/text`, status: 126, output: `permission denied`},
	{name: "no shebang", run: `$R bb:1 /bad/noshebang`, status: 126, output: `without a first line of the form #!INTERPRETER`},
	{name: "no interpreter", run: `$R bb:1 /bad/nointerp`, status: 126, output: `the interpreter that it asks for, /bin/nosuch`},
	{name: "carriage return", run: `$R bb:1 /bad/crlf`, status: 126, output: `carriage return`},
	{name: "another architecture", run: `$R bb:1 /bad/foreign`, status: 126, output: `built for .* and this machine is`},
	{name: "input", run: `echo input | $R -i bb:1 cat`, output: `^input\n$`},
	{name: "terminal", run: `$R -t bb:1 sh -c 'tty; test -t 0 && test -t 1 && echo both'`, output: `/dev/pts/0\nboth`},
	{name: "user", run: `$R --user nobody bb:1 id`, output: `uid=65534\(nobody\)`},
	{name: "no capabilities", run: `$R --cap-drop all bb:1 grep CapBnd /proc/self/status`, output: `0000000000000000`},
	{name: "filter", run: `$R bb:1 grep Seccomp: /proc/self/status`, output: `2\n$`},
	{name: "user namespace", run: `$R --uidmap 0:100000:65536 bb:1 sh -c 'id -u; cat /proc/self/uid_map'`, output: `^0\n +0 +100000 +65536`},
	{name: "read-only", run: `$R --read-only bb:1 sh -c 'touch /tmp/x && touch /x'`, status: 1, output: `Read-only file system`},
	{name: "init", needs: "catatonit", run: `$R --init bb:1 ps -o pid,args`, output: `1 .*podman-init`},
	{name: "volume", run: `$R -v kept:/data bb:1 sh -c 'echo kept >/data/f' && $R -v kept:/data:ro bb:1 sh -c 'cat /data/f; touch /data/g'`, status: 1, output: `^kept\n.*Read-only`},
	{name: "mask is not the host's", run: `$R --cap-add all bb:1 sh -c 'chmod 600 /proc/keys; chmod 600 /dev/null; true'; stat -c %a /dev/null`, output: `666\n$`},
	{name: "no cgroup", run: `$R --cgroups disabled bb:1 true`},
	{name: "detached", run: `podman run -d --network none --name c bb:1 sh -c 'trap "echo term; exit 3" TERM; echo started; while :; do sleep 0.1; done'`},
	{name: "logs", run: `sleep 0.3; podman logs c`, output: `^started\n$`},
	{name: "exec", run: `podman exec -u 1000:1001 -w /tmp -e A=b c sh -c 'id -u; id -g; pwd; echo $A'`, output: `^1000\n1001\n/tmp\nb\n$`},
	{name: "exec's status", run: `podman exec c sh -c 'exit 42'`, status: 42},
	{name: "exec of no such program", run: `podman exec c nosuch`, status: 127},
	{name: "exec of what is not executable", run: `podman exec c /bad/text`, status: 126},
	{name: "exec at a terminal", run: `podman exec -t c tty`, output: `/dev/pts/`},
	{name: "exec with much input", run: `head -c 3000000 /dev/zero | podman exec -i c wc -c`, output: `^3000000\n$`},
	{name: "exec with a descriptor", run: `echo passed >/run/f; podman exec --preserve-fds 1 c sh -c 'cat <&3' 3</run/f`, output: `^passed\n$`},
	{name: "pause", run: `podman pause c && podman ps -a --format '{{.Status}}' && ! podman exec c true 2>/dev/null && podman unpause c`, output: `(?i)paused`},
	{name: "stats", run: `podman stats --no-stream --format '{{.Name}} {{.PIDs}}' c`, output: `^c [1-9]`},
	{name: "top", run: `podman top c pid args`, output: `sleep 0.1|trap`},
	{name: "update", run: `podman update --memory 48m --cpus 0.5 c && podman exec c sh -c 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us 2>/dev/null || cat memory.max cpu.max'`, output: `50331648\n50000`},
	{name: "stop", run: `podman stop c && podman inspect -f '{{.State.Status}} {{.State.ExitCode}}' c && podman logs c`, output: `exited 3\nstarted\nterm\n$`},
	{name: "start again and kill", run: `podman start c && podman kill c && podman wait c && podman rm c`, output: `137`},
	{name: "health", run: `podman run -d --network none --name h --health-cmd 'test -e /ok' --health-interval 0 bb:1 sleep 100;
		podman healthcheck run h; podman exec h touch /ok && podman healthcheck run h && podman inspect -f '{{.State.Healthcheck.Status}}' h; podman rm -f -t 0 h`, output: `unhealthy\n.*\n?healthy`},
	{name: "limits", run: `$R --memory 64m --cpus 0.5 --pids-limit 30 bb:1 sh -c 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max 2>/dev/null || cat memory.max cpu.max pids.max'`, output: `67108864\n50000.*\n30\n$`},
	{name: "out of memory", run: `podman run --name o --network none --memory 8m bb:1 sh -c 'x=$(head -c 40000000 /dev/zero | tr "\0" x)'; podman inspect -f '{{.State.ExitCode}}' o; podman rm o`, output: `137`},
	{name: "pod", run: `podman pod create --name p --network none --share net,ipc,uts,pid --infra-image bb:1 --infra-command "sleep 150" && podman run -d --pod p --name a bb:1 sleep 100 && podman run -d --pod p --name b bb:1 sleep 100`},
	{name: "pod shares", run: `for n in net ipc uts pid; do test $(podman exec a readlink /proc/self/ns/$n) = $(podman exec b readlink /proc/self/ns/$n) && echo $n; done; podman exec a ps`, output: `net\nipc\nuts\npid\n(?s:.*sleep 150.*sleep 100.*sleep 100)`},
	{name: "pod pauses and goes", run: `podman pod pause p && podman pod ps --format '{{.Status}}' && podman pod unpause p && podman pod stop -t 0 p && podman pod rm p`, output: `Paused`},
	{name: "created", run: `podman create --name i --network none bb:1 sleep 100 && podman init i && $RUNTIME list; podman rm -f -t 0 i`, output: `created`},
	{name: "eight at once", run: `for i in 1 2 3 4 5 6 7 8; do podman run -d --network none bb:1 sleep 120 & done; wait; podman ps -q | wc -l; podman rm -f -a -t 0`, output: `(?m)^8$`},
	{name: "checkpoint", needs: "criu", run: counting + `podman container checkpoint k && podman inspect -f '{{.State.Status}} {{.State.Checkpointed}}' k`, output: `exited true\n$`},
	{name: "restore", needs: "criu", run: `was=$(podman logs k | tail -1); podman container restore k && until podman logs k >/run/log && test "$(tail -1 /run/log)" -gt $was; do sleep 0.1; done; test "$(wc -l </run/log)" = "$(tail -1 /run/log)" && podman exec k echo there`, output: `there\n$`},
	{name: "checkpoint, left running", needs: "criu", run: `podman container checkpoint --leave-running k && podman ps --format '{{.Names}}' && podman rm -f -t 0 k`, output: `(?m)^k$`},
	{name: "checkpoint in an archive", needs: "criu", run: counting + `podman container checkpoint --export /run/k.tar k && podman rm k && podman container restore --import /run/k.tar --name l && podman exec l echo there && podman rm -f -t 0 l`, output: `there`},
	{name: "checkpoint at a terminal", needs: "criu", run: `podman run -d -t --network none --name t bb:1 sleep 100 && podman container checkpoint t && podman container restore t && podman exec t readlink /proc/1/fd/0 && podman rm -f -t 0 t`, output: `/dev/pts/0`},
	{name: "checkpoint of a pod's", needs: "criu", run: `podman pod create --name q --network none --share net,ipc,uts --infra-image bb:1 --infra-command "sleep 150" && podman run -d --pod q --name a bb:1 sleep 100 && podman container checkpoint a && podman container restore a && podman exec a echo there && podman pod rm -f -t 0 q`, output: `there`},
	{name: "none left", run: `podman ps -a -q`, output: `^$`},
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
