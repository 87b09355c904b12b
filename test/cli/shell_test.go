package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// looks prints what a program can see of how it is isolated. Namespaces are
// new or the caller's, which is told by comparing with those in $OLD.
const looks = `for k in user mnt pid net ipc uts cgroup time; do
	test "$(readlink /proc/self/ns/$k)" = "$(grep "^$k:" "$OLD")" && echo "$k old" || echo "$k new"
done
cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
id -u; id -g; id -G; pwd; cat /proc/sys/kernel/hostname
awk '{print $5, $6, $7}' /proc/self/mountinfo | sed 's/[a-z]*:[0-9]*//g' | sort
cat /proc/self/timens_offsets`

// TestShellForm runs the shell form of a plan and compares what its program
// sees with what a program sees that isle started.
func TestShellForm(t *testing.T) {
	needUserNamespaces(t)
	old := oldNamespaces(t)
	lines := []string{
		"-U", "-r", "-c", "-rf", "-rm", "-Urmpf --mount-proc", "-rn", "-ruinC", "-rmuinpC --fork --mount-proc",
		"-r --setgroups=deny", "-rm --propagation slave", "-rm -w /usr", "-rT --boottime 5000 --monotonic 100", "-rm --fork --kill-child",
		"--map-user=7 --map-group=8",
	}
	if os.Geteuid() == 0 {
		lines = append(lines, "-n", "-mupf --mount-proc", "-T --boottime 5000", "-S 1000 -G 1000", "-m -S 1000",
			"--map-users=0:0:10 --map-groups=0:0:10 -m", "-Uf --map-users=0:100000:10 --map-groups=0:100000:10")
	}
	for _, line := range lines {
		t.Run(line, func(t *testing.T) {
			words := append([]string{unshare}, strings.Fields(line)...)
			program := []string{"sh", "-c", looks}
			t.Setenv("OLD", old)
			want := run(t, "", append(words, program...)...)
			if want.status != 0 {
				t.Fatalf("isle: %+v", want)
			}
			shown := run(t, "", append(append(words, "--dry-run=shell"), program...)...)
			got := run(t, "", "sh", "-c", shown.out)
			if got.out != want.out || got.status != 0 {
				t.Errorf("isle:\n%s\nthe shell:\n%s%s\nthe script:\n%s", want.out, got.out, got.err, shown.out)
			}
		})
	}
}

// oldNamespaces is a file with this process's namespaces, a line each.
func oldNamespaces(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("sh", "-c", "for k in user mnt pid net ipc uts cgroup time; do readlink /proc/self/ns/$k; done").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "isle-shell-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "old")
	if err := os.WriteFile(path, out, 0o644); err != nil {
		t.Fatal(err)
	}
	os.Chmod(dir, 0o755)
	return path
}
