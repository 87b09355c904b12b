package engines

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// fromOutside makes the programs for an ordinary user, in a folder of its own, and
// runs the tests: podman makes its own room.
func fromOutside(run func() int) int {
	dir, err := os.MkdirTemp("", "isle-engines-")
	if err != nil {
		return complain(err)
	}
	defer os.RemoveAll(dir)
	runtime, image = filepath.Join(dir, "isle-oci"), filepath.Join(dir, "image.tar")
	if err := errors.Join(makeIsle(dir), makeImage(image)); err != nil {
		return complain(err)
	}
	return run()
}

// rootless are steps of an ordinary user's, whose own systemd makes the cgroups.
var rootless = []step{
	{name: "manager", run: `podman info --format '{{.Host.CgroupManager}} {{.Host.CgroupsVersion}} {{.Host.Security.Rootless}}'`, output: `^systemd v2 true\n`},
	{name: "run", run: `$R bb:1 id -u`, output: `^0\n$`},
	{name: "limits", run: `$R --memory 64m --pids-limit 30 bb:1 sh -c 'cd /sys/fs/cgroup; cat memory.max pids.max /proc/self/cgroup'`, output: `^67108864\n30\n0::/\n$`},
	{name: "the host's cgroup namespace", run: `$R --cgroupns host bb:1 cat /proc/self/cgroup`, output: `^0::/user\.slice/.*/libpod-.*\.scope`},
	{name: "the host's network", run: `podman run --rm --network host bb:1 cat /proc/self/cgroup`, output: `^0::/\n$`},
	{name: "own ids", run: `$R --userns keep-id bb:1 id -u`, output: `^[1-9][0-9]*\n$`},
	{name: "a part of the ids", run: `$R --uidmap 0:1:1000 --gidmap 0:1:1000 bb:1 sh -c 'id -u; cat /proc/self/uid_map'`, output: `^0\n +0 +1 +1000\n$`},
	{name: "detached", run: `podman run -d --network none --name c bb:1 sleep 150`},
	{name: "exec", run: `podman exec -u 1 c sh -c 'id -u; cat /proc/self/cgroup'`, output: `^1\n0::/\n$`},
	{name: "pause", run: `podman pause c && podman ps -a --format '{{.Status}}' && podman unpause c`, output: `(?i)paused`},
	{name: "update", run: `podman update --memory 48m c && podman exec c cat /sys/fs/cgroup/memory.max`, output: `50331648`},
	{name: "kill and remove", run: `podman kill c && podman wait c && podman rm c`, output: `137`},
	{name: "without systemd", run: `podman --cgroup-manager cgroupfs run --rm --network none bb:1 id -u`, output: `^0\n$`},
	{name: "none left", run: `podman ps -a -q`, output: `^$`},
}

// TestPodmanRootless is podman's own case: cgroups of version 2, made by the
// systemd of a user who is logged in.
func TestPodmanRootless(t *testing.T) {
	if os.Getenv(wanted) == "" {
		t.Skip("starts an engine: `make engines` and `make test-vm` run it")
	}
	if os.Geteuid() == 0 {
		t.Skip("is about an ordinary user")
	}
	needPrograms(t, "podman", "conmon")
	if _, err := os.Stat(os.Getenv("XDG_RUNTIME_DIR") + "/systemd/private"); err != nil {
		t.Skip("this user has no systemd of its own: ", err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "containers.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, rootlessSettings, runtime), 0o644); err != nil {
		t.Fatal(err)
	}
	environment := []string{"CONTAINERS_CONF=" + file, "R=podman run --rm --network none", "HOME=" + dir}
	defer shell(t, environment, "podman system reset --force") // ids of others own its files
	t.Log(must(t, environment, "podman --version; podman load -q -i "+image))
	walk(t, environment, rootless)
}

// rootlessSettings leave the manager of the cgroups to podman.
const rootlessSettings = `[engine]
runtime = "isle"
events_logger = "file"
runtime_supports_json = ["isle"]
runtime_supports_nocgroup = ["isle"]
[engine.runtimes]
isle = [%q]
`
