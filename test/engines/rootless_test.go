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
	{Name: "manager", Run: `podman info --format '{{.Host.CgroupManager}} {{.Host.CgroupsVersion}} {{.Host.Security.Rootless}}'`, Output: `^systemd v2 true\n`},
	{Name: "run", Run: `$R bb:1 id -u`, Output: `^0\n$`},
	{Name: "limits", Run: `$R --memory 64m --pids-limit 30 bb:1 sh -c 'cd /sys/fs/cgroup; cat memory.max pids.max /proc/self/cgroup'`, Output: `^67108864\n30\n0::/\n$`},
	{Name: "the host's cgroup namespace", Run: `$R --cgroupns host bb:1 cat /proc/self/cgroup`, Output: `^0::/user\.slice/.*/libpod-.*\.scope`},
	{Name: "the host's network", Run: `podman run --rm --network host bb:1 cat /proc/self/cgroup`, Output: `^0::/\n$`},
	{Name: "own ids", Run: `$R --userns keep-id bb:1 id -u`, Output: `^[1-9][0-9]*\n$`},
	{Name: "a part of the ids", Run: `$R --uidmap 0:1:1000 --gidmap 0:1:1000 bb:1 sh -c 'id -u; cat /proc/self/uid_map'`, Output: `^0\n +0 +1 +1000\n$`},
	{Name: "detached", Run: `podman run -d --network none --name c bb:1 sleep 150`},
	{Name: "exec", Run: `podman exec -u 1 c sh -c 'id -u; cat /proc/self/cgroup'`, Output: `^1\n0::/\n$`},
	{Name: "pause", Run: `podman pause c && podman ps -a --format '{{.Status}}' && podman unpause c`, Output: `(?i)paused`},
	{Name: "update", Run: `podman update --memory 48m c && podman exec c cat /sys/fs/cgroup/memory.max`, Output: `50331648`},
	{Name: "kill and remove", Run: `podman kill c && podman wait c && podman rm c`, Output: `137`},
	{Name: "without systemd", Run: `podman --cgroup-manager cgroupfs run --rm --network none bb:1 id -u`, Output: `^0\n$`},
	{Name: "none left", Run: `podman ps -a -q`, Output: `^$`},
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
