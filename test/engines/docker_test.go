package engines

import (
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// serve starts a daemon that ends with the test, and waits until a command that
// asks it something succeeds.
func serve(t *testing.T, environment []string, ready, daemon string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", "exec "+daemon+" >/run/daemon.log 2>&1")
	cmd.Env = append(cmd.Environ(), environment...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for end := time.Now().Add(limit); ; time.Sleep(100 * time.Millisecond) {
		status, out := shell(t, environment, ready)
		if status == 0 {
			return
		}
		if time.Now().After(end) {
			_, log := shell(t, environment, "tail -20 /run/daemon.log")
			t.Fatalf("%s: no answer: %s\n%s", daemon, out, log)
		}
	}
}

// R runs and removes, without a network.
var docker = []step{
	{name: "run", run: `$R bb:1 echo hello`, output: `(?m)^hello$`},
	{name: "status", run: `$R bb:1 sh -c 'exit 7'`, status: 7},
	{name: "no such program", run: `$R bb:1 nosuch`, status: 127, output: `"nosuch".*not found`},
	{name: "not executable", run: `$R bb:1 /bad/text`, status: 126, output: `permission denied`},
	{name: "no interpreter", run: `$R bb:1 /bad/nointerp`, status: 127, output: `interpreter`},
	{name: "input", run: `echo input | $R -i bb:1 cat`, output: `(?m)^input$`},
	{name: "terminal", run: `$R -t bb:1 sh -c 'tty; test -t 0 && echo yes'`, output: `/dev/pts/0\nyes`},
	{name: "user and filter", run: `$R -u nobody bb:1 sh -c 'id; grep Seccomp: /proc/self/status'`, output: `65534\(nobody\)(?s:.*)2\n`},
	{name: "volume", run: `$R -v /run/volume:/data bb:1 sh -c 'echo x >/data/f'; cat /run/volume/f`, output: `(?m)^x$`},
	{name: "detached", run: `docker run -d --network none --name box --memory 64m bb:1 sh -c 'trap "echo term; exit 3" TERM; echo started; while :; do sleep 0.1; done'`},
	{name: "logs", run: `sleep 0.5; docker logs box`, output: `^started\n$`},
	{name: "exec", run: `docker exec -u 1000 -w /tmp -e A=b box sh -c 'id -u; pwd; echo $A'`, output: `^1000\n/tmp\nb\n$`},
	{name: "exec's status", run: `docker exec box sh -c 'exit 42'`, status: 42},
	// Docker 20.10 says 126 with every runtime, later ones 127.
	{name: "exec of no such program", run: `docker exec box nosuch; test $? -ge 126`, output: `"nosuch".*not found`},
	{name: "exec of what is not executable", run: `docker exec box /bad/text`, status: 126},
	{name: "exec at a terminal", run: `docker exec -t box tty`, output: `/dev/pts/`},
	{name: "top", run: `docker top box -o pid,args`, output: `trap`},
	{name: "pause", run: `docker pause box && docker inspect -f '{{.State.Status}}' box && docker unpause box`, output: `paused`},
	{name: "update", run: `docker update --memory 32m --memory-swap 64m --pids-limit 40 box && docker exec box sh -c 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes pids/pids.max 2>/dev/null || cat memory.max pids.max'`, output: `33554432\n40\n`},
	{name: "stats", run: `docker stats --no-stream --format '{{.Name}} {{.MemUsage}}' box`, output: `^box .*/ 32MiB`},
	{name: "stop", run: `docker stop box && docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' box && docker logs box`, output: `exited 3\nstarted\nterm\n$`},
	{name: "restart and kill", run: `docker start box && docker restart -t 1 box && docker kill box && docker wait box && docker rm box`, output: `137`},
	// Docker 20.10 may find an earlier try's content in its way (moby#42900).
	{name: "checkpoint", needs: "criu", run: `docker run -d --network none --name kept bb:1 sleep 140 && docker checkpoint create kept one && docker inspect -f '{{.State.Status}}' kept &&
		for try in 1 2 3 4 5 6 7 8; do docker start --checkpoint one kept && break; sleep 1; done; docker exec kept echo there; docker rm -f kept`, output: `exited\n(?s:.*)there`},
	{name: "none left", run: `docker ps -a -q`, output: `^$`},
}

func TestDocker(t *testing.T) {
	need(t, "dockerd", "docker", "containerd", "containerd-shim-runc-v2")
	environment := []string{"DOCKER_HOST=unix:///run/docker.sock", "R=docker run --rm --network none"}
	serve(t, environment, "docker version", "dockerd --data-root /var/lib/docker --exec-root /run/docker --pidfile /run/docker.pid -H unix:///run/docker.sock"+
		" --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --experimental --exec-opt native.cgroupdriver=cgroupfs"+
		" --default-ulimit nofile=1024:20000 --add-runtime isle="+runtime+" --default-runtime isle")
	t.Log(must(t, environment, "dockerd --version; docker load -q -i "+image+"; docker info -f '{{.DefaultRuntime}} {{.Driver}} cgroup v{{.CgroupVersion}}'"))
	walk(t, environment, docker)
	nothingLeft(t, "/run/docker/runtime-isle/moby", "*/docker/*")
}
