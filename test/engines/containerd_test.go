package engines

import (
	"os"
	"testing"
)

// R runs with isle, and N is the program that speaks to containerd.
var containerd = []step{
	{Name: "run", Run: `$R --rm $IMAGE one echo hello`, Output: `(?m)^hello$`},
	{Name: "status", Run: `$R --rm $IMAGE one sh -c 'exit 7'`, Status: 7},
	{Name: "no such program", Run: `$R --rm $IMAGE one nosuch`, Status: 1, Output: `"nosuch".*not found`},
	{Name: "no interpreter", Run: `$R --rm $IMAGE one /bad/nointerp`, Status: 1, Output: `interpreter`},
	{Name: "no name is left", Run: `$N containers ls -q 2>/dev/null; $N task ls -q 2>/dev/null`, Output: `^$`},
	{Name: "filter", Run: `$R --rm --seccomp $IMAGE one grep Seccomp: /proc/self/status`, Output: `2\n$`},
	{Name: "detached", Run: `$R -d --memory-limit 67108864 $IMAGE two sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'`},
	{Name: "task ls", Run: `$N task ls`, Output: `two +[0-9]+ +RUNNING`},
	{Name: "limits", Run: `cd /sys/fs/cgroup; cat memory/default/two/memory.limit_in_bytes || cat default/two/memory.max`, Output: `^67108864\n`},
	{Name: "exec", Run: `$N task exec --exec-id e --user 1000 --cwd /tmp two sh -c 'id -u; pwd'`, Output: `(?m)^1000\n/tmp\n$`},
	{Name: "exec's status", Run: `$N task exec --exec-id e two sh -c 'exit 42'`, Status: 42},
	{Name: "exec of no such program", Run: `$N task exec --exec-id e two nosuch`, Status: 1, Output: `"nosuch".*not found`},
	{Name: "pause", Run: `$N task pause two && $N task ls`, Output: `PAUSED`},
	{Name: "resume", Run: `$N task resume two && $N task ls`, Output: `RUNNING`},
	{Name: "ps", Run: `$N task ps two`, Output: `\n[0-9]+ `},
	{Name: "metrics", Run: `$N task metrics two`, Output: `(?s)memory.*[1-9]`},
	{Name: "kill", Run: `$N task kill -s TERM two && sleep 0.5 && $N task ls`, Output: `STOPPED`},
	{Name: "delete", Run: `$N task delete two 2>/dev/null; ($N containers rm two && $N containers ls -q) 2>/dev/null`, Output: `^$`},
	{Name: "checkpoint", Needs: "criu", Run: `$R -d $IMAGE four sleep 140 && $N containers checkpoint --task four kept && $N task kill -s KILL four && sleep 0.5; $N task delete four; $N containers rm four && $N images ls -q`, Output: `(?m)^kept$`},
	{Name: "restore", Needs: "criu", Run: `$N containers restore --live four kept; $N task ls; $N task exec --exec-id e four echo there; $N task kill -s KILL four && sleep 0.5; $N task delete four; $N containers rm four; $N images rm kept`, Output: `there`},
	{Name: "kill -9", Run: `$R -d $IMAGE three sleep 130 && $N task kill -s KILL three && sleep 0.5 && $N task delete three; $N containers rm three`},
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
