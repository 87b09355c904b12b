package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestSame: the exit status says it, for all kinds or for some.
func TestSame(t *testing.T) {
	needUserNamespaces(t)
	apart, _ := started(t, "unshare", "--map-root-user", "--uts", "sh", "-c", "echo up; exec sleep 60")
	pid, isle := strconv.Itoa(apart.Process.Pid), filepath.Join(alone, "isle")
	for line, want := range map[string]int{
		"self self": 0, "self " + strconv.Itoa(os.Getpid()) + " self": 0, "self " + pid: 1, "-t net,ipc,mnt self " + pid: 0,
		"-t uts self " + pid: 1, "-q -t user self " + pid: 1, pid + " " + pid: 0, "self 4194303": 2, "self x": 2, "self": 2, "": 2, "-t x self self": 2, "--help": 0,
	} {
		r := run(t, "", append([]string{isle, "same"}, strings.Fields(line)...)...)
		if r.status.ExitStatus() != want || want == 2 != (r.err != "") {
			t.Errorf("%q: %+v, want status %d", line, r, want)
		}
		if strings.HasPrefix(line, "-q") && r.out != "" {
			t.Errorf("%q printed %q", line, r.out)
		}
	}
	r := run(t, "", isle, "same", "self", pid)
	for _, row := range []string{"uts    apart ", "user   apart ", "net    same  "} {
		if !strings.Contains(r.out, row) {
			t.Errorf("%q is not in\n%s", row, r.out)
		}
	}
	var doc struct {
		Same  bool
		Kinds []struct {
			Kind   string
			Same   bool
			Inodes []uint64
		}
	}
	r = run(t, "", isle, "same", "--json", "-t", "uts", "self", pid)
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || doc.Same || len(doc.Kinds) != 1 || doc.Kinds[0].Kind != "uts" || doc.Kinds[0].Same || len(doc.Kinds[0].Inodes) != 2 {
		t.Errorf("%v: %s", err, r.out)
	}
}
