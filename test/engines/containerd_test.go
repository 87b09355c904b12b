package engines

import (
	"os"
	"testing"
)

// R runs with isle, and N is the program that speaks to containerd.
var containerd = []step{
	{name: "run", run: `$R --rm $IMAGE one echo hello`, output: `(?m)^hello$`},
	{name: "status", run: `$R --rm $IMAGE one sh -c 'exit 7'`, status: 7},
	{name: "no such program", run: `$R --rm $IMAGE one nosuch`, status: 1, output: `"nosuch".*not found`},
	{name: "no interpreter", run: `$R --rm $IMAGE one /bad/nointerp`, status: 1, output: `interpreter`},
	{name: "no name is left", run: `$N containers ls -q 2>/dev/null; $N task ls -q 2>/dev/null`, output: `^$`},
	{name: "filter", run: `$R --rm --seccomp $IMAGE one grep Seccomp: /proc/self/status`, output: `2\n$`},
	{name: "detached", run: `$R -d --memory-limit 67108864 $IMAGE two sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'`},
	{name: "task ls", run: `$N task ls`, output: `two +[0-9]+ +RUNNING`},
	{name: "limits", run: `cd /sys/fs/cgroup; cat memory/default/two/memory.limit_in_bytes || cat default/two/memory.max`, output: `^67108864\n`},
	{name: "exec", run: `$N task exec --exec-id e --user 1000 --cwd /tmp two sh -c 'id -u; pwd'`, output: `(?m)^1000\n/tmp\n$`},
	{name: "exec's status", run: `$N task exec --exec-id e two sh -c 'exit 42'`, status: 42},
	{name: "exec of no such program", run: `$N task exec --exec-id e two nosuch`, status: 1, output: `"nosuch".*not found`},
	{name: "pause", run: `$N task pause two && $N task ls`, output: `PAUSED`},
	{name: "resume", run: `$N task resume two && $N task ls`, output: `RUNNING`},
	{name: "ps", run: `$N task ps two`, output: `\n[0-9]+ `},
	{name: "metrics", run: `$N task metrics two`, output: `(?s)memory.*[1-9]`},
	{name: "kill", run: `$N task kill -s TERM two && sleep 0.5 && $N task ls`, output: `STOPPED`},
	{name: "delete", run: `$N task delete two 2>/dev/null; ($N containers rm two && $N containers ls -q) 2>/dev/null`, output: `^$`},
	{name: "checkpoint", needs: "criu", run: `$R -d $IMAGE four sleep 140 && $N containers checkpoint --task four kept && $N task kill -s KILL four && sleep 0.5; $N task delete four; $N containers rm four && $N images ls -q`, output: `(?m)^kept$`},
	{name: "restore", needs: "criu", run: `$N containers restore --live four kept; $N task ls; $N task exec --exec-id e four echo there; $N task kill -s KILL four && sleep 0.5; $N task delete four; $N containers rm four; $N images rm kept`, output: `there`},
	{name: "kill -9", run: `$R -d $IMAGE three sleep 130 && $N task kill -s KILL three && sleep 0.5 && $N task delete three; $N containers rm three`},
}

func TestContainerd(t *testing.T) {
	need(t, "containerd", "ctr", "containerd-shim-runc-v2")
	const config = "/run/containerd.toml"
	// CRI has a test of its own, and wants a network.
	text := "version = 2\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\nroot = \"/var/lib/containerd\"\nstate = \"/run/containerd\"\n[grpc]\naddress = \"/run/containerd.sock\"\n"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	const client = "ctr --address /run/containerd.sock"
	environment := []string{"N=" + client, "IMAGE=" + reference,
		"R=" + client + " run --runc-binary " + runtime}
	serve(t, environment, client+" version", "containerd -c "+config)
	t.Log(must(t, environment, "containerd --version; $N images import "+image))
	walk(t, environment, containerd)
	nothingLeft(t, "/run/containerd/runc/default", "*/default/*")
}
