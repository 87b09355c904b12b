package cli

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// aisle is isle by its own name.
func aisle() string { return filepath.Join(alone, "isle") }

type anIsland struct {
	ID, Name, Parent, Sort, Command string
	Top                             int
	Apart                           []string
	Processes, Keepers              []int
	Shares                          []struct {
		Island string
		Kinds  []string
	}
}

// list is what isle ls --json says.
func list(t *testing.T, options ...string) []anIsland {
	t.Helper()
	r := run(t, "", append([]string{aisle(), "ls", "--json"}, options...)...)
	var doc struct {
		Schema  int
		Islands []anIsland
	}
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || doc.Schema != 1 {
		t.Fatalf("%v: %+v", err, r)
	}
	return doc.Islands
}

func ofTop(islands []anIsland, pid int) *anIsland {
	i := slices.IndexFunc(islands, func(l anIsland) bool { return l.Top == pid })
	if i < 0 {
		return nil
	}
	return &islands[i]
}

// endWith kills a process, which is no child of this one, when the test ends.
func endWith(t *testing.T, pid int) {
	t.Cleanup(func() {
		if p, err := os.FindProcess(pid); err == nil && pid > 1 {
			p.Kill()
		}
	})
}

// TestLs lists a sandbox with another one in it, and beside it one that shares
// its network.
func TestLs(t *testing.T) {
	needUserNamespaces(t)
	outer, line := started(t, "unshare", "--map-root-user", "--net", "--uts", "sh", "-c", "unshare --user --map-root-user --ipc sleep 60 & echo $!; exec sleep 60")
	inner, _ := strconv.Atoi(line)
	endWith(t, inner)
	pid := outer.Process.Pid
	beside, _ := started(t, "nsenter", "--target", strconv.Itoa(pid), "--user", "--net", "--preserve-credentials", "unshare", "--mount", "sh", "-c", "echo up; exec sleep 60")
	eventually(t, "the inner sandbox is there", func() bool { return ofTop(list(t), inner) != nil })
	islands := list(t)
	o, i, b := ofTop(islands, pid), ofTop(islands, inner), ofTop(islands, beside.Process.Pid)
	if o == nil || b == nil || !slices.Equal(o.Apart, []string{"user", "uts", "net"}) || o.Sort != "sandbox" || !slices.Equal(o.Processes, []int{pid}) {
		t.Fatalf("the outer one: %+v", o)
	}
	if i.Parent != o.ID || !slices.Equal(i.Apart, []string{"user", "ipc"}) {
		t.Errorf("the inner one: %+v", i)
	}
	if len(b.Shares) != 1 || b.Shares[0].Island != o.ID || !slices.Equal(b.Shares[0].Kinds, []string{"user", "net"}) {
		t.Errorf("the one beside: %+v", b)
	}
	if islands[0].Sort != "host" || islands[0].Parent != "" || o.Parent != islands[0].ID {
		t.Errorf("the host: %+v", islands[0])
	}
	only := list(t, strconv.Itoa(pid))
	if len(only) != 2 || only[0].Top != pid || only[1].Top != inner {
		t.Errorf("by pid: %+v", only)
	}
	if list := list(t, "--type", "ipc", strconv.Itoa(pid)); len(list) != 1 || list[0].Top != inner {
		t.Errorf("by kind: %+v", list)
	}
	r := run(t, "", aisle(), "ls", "--processes", strconv.Itoa(pid))
	for _, want := range []string{"ISLAND", "user uts net", "sleep 60", strconv.Itoa(inner)} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not in\n%s", want, r.out)
		}
	}
}

// TestLsKeeper: the process that waits is part of the island.
func TestLsKeeper(t *testing.T) {
	needUserNamespaces(t)
	front, line := started(t, aisle(), "unshare", "-Urmpf", "--mount-proc", "--kill-child", "sh", "-c", "readlink /proc/self/ns/pid; exec sleep 60")
	for _, i := range list(t) {
		if slices.Contains(i.Processes, front.Process.Pid) {
			if !slices.Equal(i.Keepers, []int{front.Process.Pid}) || len(i.Processes) != 2 || i.Name != "sleep" && i.Name != "sh" {
				t.Errorf("%s: %+v", line, i)
			}
			return
		}
	}
	t.Error("the island is not anIsland")
}

// TestLsNames: an island is called after the program, whatever that calls itself,
// and no byte of it reaches the terminal as it is.
func TestLsNames(t *testing.T) {
	needUserNamespaces(t)
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip("there is no sleep to give another name")
	}
	hostile := filepath.Join(t.TempDir(), "a\x1b[31m\n\u202eb")
	program, err := os.ReadFile(sleep)
	if err == nil {
		err = os.WriteFile(hostile, program, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd, _ := started(t, "unshare", "--map-root-user", "--uts", "sh", "-c", `echo up; exec "$0" 60`, hostile)
	pid := strconv.Itoa(cmd.Process.Pid)
	var r result
	eventually(t, "the program runs", func() bool {
		r = run(t, "", aisle(), "ls", pid)
		return strings.Contains(r.out, `a\x1b[31m`)
	})
	if strings.ContainsAny(r.out, "\x1b\u202e") || strings.Count(r.out, "\n") != 2 {
		t.Errorf("%q", r.out)
	}
}

// TestLsWatch prints again when an island comes, and when it goes, and not in
// between.
func TestLsWatch(t *testing.T) {
	needUserNamespaces(t)
	cmd := exec.Command(aisle(), "ls", "--json", "--watch=0.1", "--type", "ipc")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	lines := make(chan string, 100)
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	until := func(what string, f func(line string) bool) {
		t.Helper()
		late := time.After(10 * time.Second)
		for {
			select {
			case line := <-lines:
				if f(line) {
					return
				}
			case <-late:
				t.Fatal("never: " + what)
			}
		}
	}
	until("the first list", func(string) bool { return true })
	sandbox, _ := started(t, "unshare", "--map-root-user", "--ipc", "sh", "-c", "echo up; exec sleep 60")
	mark := `"top":` + strconv.Itoa(sandbox.Process.Pid)
	until("it comes", func(line string) bool { return strings.Contains(line, mark) })
	sandbox.Process.Kill()
	sandbox.Wait()
	until("it goes", func(line string) bool { return !strings.Contains(line, mark) })
}

func TestLsRefuses(t *testing.T) {
	for _, line := range []string{"nosuchisland", "4194303", "--watch=x", "--watch=0", "--watch=-1", "--watch=1e9", "--type x", "--bogus"} {
		r := run(t, "", append([]string{aisle(), "ls"}, strings.Fields(line)...)...)
		if r.status.ExitStatus() != 1 || r.err == "" || r.out != "" {
			t.Errorf("%s: %+v", line, r)
		}
	}
}
