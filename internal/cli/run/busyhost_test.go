package run_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// busy is a host on which something is mounted and unmounted all the time while
// an ordinary user runs program after program.
const busy = `
dir=$1 isle=$2
(while :; do mount -t tmpfs none "$dir"; sleep 0.003; umount --lazy "$dir"; sleep 0.003; done) &
trap "kill $!" 0
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	setpriv --reuid=12345 --regid=12345 --clear-groups env HOME=/nowhere "$isle" run true
done`

// TestBusyHost: the host may change between the making of a plan and its being
// carried out, which is then made once more.
func TestBusyHost(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root mounts on the host and becomes another user")
	}
	dir, err := os.MkdirTemp("/tmp", "isle-busy-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(dir)
	cmd := exec.Command("unshare", "--mount", "sh", "-ec", busy, "sh", dir, islePath)
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s", err, &errs)
	}
}
