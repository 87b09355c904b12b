package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// host is a small host of its own, in which two programs see the same at any
// time: its own PID namespace with processes in namespaces of every kind, nested
// and side by side. It runs each of the two with the options given.
const host = `
unshare --user --map-root-user --net sleep 60 &
unshare --uts --ipc --cgroup --time sh -c 'sleep 60 & exec sleep 61' &
unshare --user --map-root-user --pid --fork --mount-proc sh -c 'unshare --user --map-root-user --uts sleep 62 & exec sleep 63' &
i=0; while [ $i -lt 100 ] && ! pgrep -f 'sleep 62' >/dev/null; do sleep 0.02; i=$((i+1)); done; sleep 0.2
a=$1 b=$2; shift 2
for options; do
	for tool in $a $b; do
		echo "== $options"
		$tool $options >"$0.out" 2>&1
		status=$?; cat "$0.out"; echo "status $status"
	done
done`

// TestLsnsPeer compares what is printed with what util-linux prints, byte for
// byte, wherever its version has the option.
func TestLsnsPeer(t *testing.T) {
	needRoot(t)
	peer, err := exec.LookPath("lsns")
	if err != nil {
		t.Skip("there is no lsns here")
	}
	options := []string{
		"", "-l", "-T", "--tree=parent", "--tree=owner", "--tree=process", "-J", "-lJ", "-TJ", "-r", "-lr", "-rn", "-n", "-u", "-W",
		"-t net", "-t net -J", "-t net -T", "-t user --tree=parent", "-t pid --tree=parent", "-t uts -t ipc", "-t mnt -o NS,NSFS,PATH",
		"--output-all", "--output-all -J", "--output-all -r", "-o +PPID", "-o ns,type", "-o NS", "-o COMMAND,NS", "-o NS,PNS,ONS -l",
		"-p 1", "-p 999999", "-p x", "-t x", "-o x", "1", "x", "4026531836 -p 1", "--bogus",
	}
	script := filepath.Join(t.TempDir(), "host")
	if err := os.WriteFile(script, []byte(host), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, locale := range []string{"C", "C.UTF-8"} {
		cmd := exec.Command("unshare", append([]string{"--pid", "--fork", "--kill-child", "--mount-proc", "sh", script, lsns, peer}, options...)...)
		cmd.Env = append(os.Environ(), "LC_ALL="+locale)
		out, err := cmd.Output()
		if err != nil {
			t.Skip("no such host can be made: ", err)
		}
		answers := strings.Split(string(out), "== ")[1:]
		if len(answers) != 2*len(options) {
			t.Fatalf("%d answers to %d questions\n%s", len(answers), len(options), out)
		}
		for i := 0; i < len(answers); i += 2 {
			names := strings.NewReplacer(lsns, "lsns", peer, "lsns")
			if got, want := names.Replace(answers[i]), names.Replace(answers[i+1]); got != want {
				t.Errorf("%s, with %s", locale, difference(got, want))
			}
		}
	}
}

// difference shows the options and the first line that differs.
func difference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%s, line %d:\n%q, util-linux has\n%q", a[0], i, a[i], b[i])
		}
	}
	return fmt.Sprintf("%s: %d lines, util-linux has %d", a[0], len(a), len(b))
}

// listed are the namespaces that lsns prints as JSON.
func listed(t *testing.T, options ...string) []map[string]any {
	t.Helper()
	r := run(t, "", append([]string{lsns, "-lJ", "--output-all"}, options...)...)
	var doc struct{ Namespaces []map[string]any }
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || r.status != 0 {
		t.Fatalf("%v: %+v", err, r)
	}
	return doc.Namespaces
}

// TestLsnsHeld: namespaces without a process are listed, whatever holds them.
func TestLsnsHeld(t *testing.T) {
	needRoot(t)
	dir := t.TempDir()
	script := fmt.Sprintf(`mount -t tmpfs none %[1]s; touch %[1]s/uts; unshare --uts=%[1]s/uts readlink /proc/self/ns/uts; exec sleep 60`, dir)
	_, bound := started(t, "unshare", "--mount", "sh", "-c", script)
	_, open := started(t, "unshare", "--ipc", "sh", "-c", `readlink /proc/$$/ns/ipc; exec nsenter --ipc=/proc/`+strconv.Itoa(os.Getpid())+`/ns/ipc sleep 60 7</proc/self/ns/ipc`)
	for what, link := range map[string]string{"bound elsewhere": bound, "open": open} {
		ino := link[strings.Index(link, "[")+1 : len(link)-1]
		eventually(t, what+": "+link+" is listed", func() bool {
			for _, n := range listed(t, "--persistent") {
				if fmt.Sprintf("%.0f", n["ns"]) == ino {
					return n["nprocs"] == 0.0 && n["pid"] == nil && (what != "bound elsewhere" || n["nsfs"] == filepath.Join(dir, "uts"))
				}
			}
			return false
		})
	}
}

// TestLsnsChurn: processes that vanish while they are looked at are no error.
func TestLsnsChurn(t *testing.T) {
	churn := exec.Command("sh", "-c", "while :; do true & true & wait; done")
	if err := churn.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { churn.Process.Kill(); churn.Wait() }()
	for range 100 {
		if r := run(t, "", lsns, "-o", "NS,COMMAND"); r.status != 0 || r.err != "" || strings.Count(r.out, "\n") < 8 {
			t.Fatalf("got %+v", r)
		}
	}
}

// TestLsnsFilter: an expression chooses rows by columns that are not shown.
func TestLsnsFilter(t *testing.T) {
	pid := strconv.Itoa(os.Getpid())
	r := run(t, "", lsns, "-p", pid, "-Q", `TYPE == "net" || TYPE =~ "^ut"`, "-n", "-o", "TYPE")
	if r.out != "net\nuts\n" && r.out != "uts\nnet\n" || r.status != 0 {
		t.Errorf("got %+v", r)
	}
	if r := run(t, "", lsns, "-Q", "TYPE =="); r.status.ExitStatus() != 1 || !strings.HasPrefix(r.err, `lsns: failed to parse "TYPE ==": `) {
		t.Errorf("got %+v", r)
	}
}
