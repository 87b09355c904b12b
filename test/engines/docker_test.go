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
	{Name: "run", Run: `$R bb:1 echo hello`, Output: `(?m)^hello$`},
	{Name: "status", Run: `$R bb:1 sh -c 'exit 7'`, Status: 7},
	{Name: "no such program", Run: `$R bb:1 nosuch`, Status: 127, Output: `"nosuch".*not found`},
	{Name: "not executable", Run: `$R bb:1 /bad/text`, Status: 126, Output: `permission denied`},
	{Name: "no interpreter", Run: `$R bb:1 /bad/nointerp`, Status: 127, Output: `interpreter`},
	{Name: "input", Run: `echo input | $R -i bb:1 cat`, Output: `(?m)^input$`},
	{Name: "terminal", Run: `$R -t bb:1 sh -c 'tty; test -t 0 && echo yes'`, Output: `/dev/pts/0\nyes`},
	{Name: "user and filter", Run: `$R -u nobody bb:1 sh -c 'id; grep Seccomp: /proc/self/status'`, Output: `65534\(nobody\)(?s:.*)2\n`},
	{Name: "volume", Run: `$R -v /run/volume:/data bb:1 sh -c 'echo x >/data/f'; cat /run/volume/f`, Output: `(?m)^x$`},
	{Name: "detached", Run: `docker run -d --network none --name box --memory 64m bb:1 sh -c 'trap "echo term; exit 3" TERM; echo started; while :; do sleep 0.1; done'`},
	{Name: "logs", Run: `sleep 0.5; docker logs box`, Output: `^started\n$`},
	{Name: "exec", Run: `docker exec -u 1000 -w /tmp -e A=b box sh -c 'id -u; pwd; echo $A'`, Output: `^1000\n/tmp\nb\n$`},
	{Name: "exec's status", Run: `docker exec box sh -c 'exit 42'`, Status: 42},
	// Docker 20.10 says 126 with every runtime, later ones 127.
	{Name: "exec of no such program", Run: `docker exec box nosuch; test $? -ge 126`, Output: `"nosuch".*not found`},
	{Name: "exec of what is not executable", Run: `docker exec box /bad/text`, Status: 126},
	{Name: "exec at a terminal", Run: `docker exec -t box tty`, Output: `/dev/pts/`},
	{Name: "top", Run: `docker top box -o pid,args`, Output: `trap`},
	{Name: "pause", Run: `docker pause box && docker inspect -f '{{.State.Status}}' box && docker unpause box`, Output: `paused`},
	{Name: "update", Run: `docker update --memory 32m --memory-swap 64m --pids-limit 40 box && docker exec box sh -c 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes pids/pids.max 2>/dev/null || cat memory.max pids.max'`, Output: `33554432\n40\n`},
	{Name: "stats", Run: `docker stats --no-stream --format '{{.Name}} {{.MemUsage}}' box`, Output: `^box .*/ 32MiB`},
	{Name: "stop", Run: `docker stop box && docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' box && docker logs box`, Output: `exited 3\nstarted\nterm\n$`},
	{Name: "restart and kill", Run: `docker start box && docker restart -t 1 box && docker kill box && docker wait box && docker rm box`, Output: `137`},
	// Docker 20.10 may find an earlier try's content in its way (moby#42900).
	{Name: "checkpoint", Needs: "criu", Run: `docker run -d --network none --name kept bb:1 sleep 140 && docker checkpoint create kept one && docker inspect -f '{{.State.Status}}' kept &&
		for try in 1 2 3 4 5 6 7 8; do docker start --checkpoint one kept && break; sleep 1; done; docker exec kept echo there; docker rm -f kept`, Output: `exited\n(?s:.*)there`},
	{Name: "none left", Run: `docker ps -a -q`, Output: `^$`},
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
