package atlas

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"isle/internal/island"
	"isle/ns"
)

// harbour is two network namespaces with each sort of link between them, and a
// namespace that a bind mount keeps. It prints the pids of a process in either.
const harbour = `
unshare --net sleep 60 & far=$!
trap 'kill $far' EXIT
while [ "$(readlink /proc/$far/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.01; done
ip link add bridge type bridge
ip link add ship type veth peer name quay netns $far
ip link set ship master bridge
ip address add 10.1.2.3/24 dev bridge
ip link add ground type veth peer name ground1
ip link add buoy link ground type macvlan
ip link set buoy netns $far
ip link add one type veth peer name two
mount -t tmpfs box /mnt
touch /mnt/kept
unshare --uts=/mnt/kept true
echo $$ $far
exec sleep 60`

// moor starts the harbour, as root of a user namespace unless this is root.
func moor(t *testing.T) (near, far int) {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("there is no ip(8) to make links with")
	}
	words := []string{"--net", "--mount", "sh", "-ec", harbour}
	if os.Geteuid() != 0 {
		words = append([]string{"--map-root-user"}, words...)
	}
	if out, err := exec.Command("unshare", append(slices.Clone(words[:len(words)-3]), "true")...).CombinedOutput(); err != nil {
		t.Skipf("no such namespaces for this user: %v: %s", err, out)
	}
	cmd := exec.Command("unshare", words...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscallKill(far); cmd.Process.Kill(); cmd.Wait() })
	line, _ := bufio.NewReader(out).ReadString('\n')
	if n, err := fmt.Sscan(line, &near, &far); n != 2 {
		cmd.Wait() // before that, errs is being written to
		if strings.Contains(errs.String(), "Unknown device type") {
			t.Skip("the kernel has no such link: ", errs.String())
		}
		t.Fatalf("%q: %v: %s", line, err, errs.String())
	}
	return near, far
}

func syscallKill(pid int) {
	if p, err := os.FindProcess(pid); err == nil && pid > 0 {
		p.Kill()
	}
}

// TestMap finds the links, both ends in the right namespaces, each once.
func TestMap(t *testing.T) {
	near, far := moor(t)
	m, seen, err := new(Survey).Map()
	if err != nil {
		t.Fatal(err)
	}
	here, there := seen.Chart.Of(near), seen.Chart.Of(far)
	if here == nil || there == nil || there.Parent != here.ID || m.Find(here.ID) != here || m.Find("") != nil {
		t.Fatalf("islands: %+v, %+v", here, there)
	}
	var got []string
	for _, l := range m.Links {
		if l.From.Net == here.NS[ns.Net] || l.To.Net == here.NS[ns.Net] || l.From.Net == there.NS[ns.Net] {
			got = append(got, fmt.Sprint(l.Kind, ": ", where(&l.From, here, there), " - ", where(&l.To, here, there)))
		}
	}
	slices.Sort(got)
	want := []string{"macvlan: buoy there - ground here", "port: ship here - bridge here", "veth: ground1 here - ground here", "veth: ship here - quay there", "veth: two here - one here"}
	for i, l := range got { // which of two is the first depends on the inode numbers
		got[i] = strings.NewReplacer("quay there - ship here", "ship here - quay there", "one here - two here", "two here - one here", "ground here - ground1 here", "ground1 here - ground here").Replace(l)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	checkKept(t, m)
	checkAddresses(t, m, here)
}

func where(e *End, here, there *island.Island) string {
	switch e.Net {
	case here.NS[ns.Net]:
		return e.Name + " here"
	case there.NS[ns.Net]:
		return e.Name + " there"
	}
	return e.Name + " elsewhere"
}

func checkKept(t *testing.T, m *Map) {
	t.Helper()
	for _, n := range m.Namespaces {
		if slices.Contains(n.Held, "bind mount /mnt/kept") {
			if n.Kind != ns.UTS || len(n.Islands) > 0 {
				t.Errorf("%+v", n)
			}
			return
		}
	}
	t.Error("the namespace that a bind mount keeps is not on the map")
}

func checkAddresses(t *testing.T, m *Map, here *island.Island) {
	t.Helper()
	for _, l := range m.Links {
		if l.Kind == "port" && l.To.Net == here.NS[ns.Net] {
			if !slices.Contains(l.To.Addresses, "10.1.2.3/24") || l.To.Kind != "bridge" {
				t.Errorf("%+v", l.To)
			}
		}
	}
}

// TestMapAgain: the second map has the same processes, and reads again the
// command of one that executed another program.
func TestMapAgain(t *testing.T) {
	cmd := exec.Command("sh", "-c", "echo; read x; exec sleep 60")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	bufio.NewReader(out).ReadByte()
	var v Survey
	command := func() string {
		m, _, err := v.Map()
		if err != nil {
			t.Fatal(err)
		}
		i, found := slices.BinarySearchFunc(m.Processes, cmd.Process.Pid, func(p Process, pid int) int { return p.PID - pid })
		if !found {
			t.Fatal("the process is not on the map")
		}
		return m.Processes[i].Command
	}
	if got := command(); !strings.HasPrefix(got, "sh -c") || command() != got {
		t.Errorf("%q", got)
	}
	in.Write([]byte("\n"))
	got := ""
	for range 300 {
		if got = command(); got == "sleep 60" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%q", got)
}

// TestRead: what was written is read again, and what is not of one piece is not.
func TestRead(t *testing.T) {
	m, _, err := new(Survey).Map()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, again); diff != "" {
		t.Error(diff)
	}
	const ok = `"schema":1,"islands":[{"id":"a","sort":"host"},{"id":"b","sort":"sandbox","parent":"a"}]`
	for bad, want := range map[string]string{
		`{}`: "version", `[]`: "read a map", `{"schema":2}`: "version 2", `{` + ok + `} x`: "follows",
		`{"schema":1,"islands":[null]}`: "missing", `{"schema":1}`: "no islands", `{` + ok + `,"links":[` + strings.Repeat("{},", mostLinks) + `{}]}`: "links", `{"schema":1,"islands":[{"id":"","sort":"host"}]}`: "no ID",
		`{"schema":1,"islands":[{"id":"a","sort":"host"},{"id":"a","sort":"host"}]}`:                    "no ID",
		`{"schema":1,"islands":[{"id":"a","sort":"host","parent":"a"}]}`:                                "before",
		`{"schema":1,"islands":[{"id":"a\"><script>","sort":"host"}]}`:                                  "no ID",
		`{"schema":1,"islands":[{"id":"a","sort":"x y"}]}`:                                              "no sort",
		`{"schema":1,"islands":[{"id":"a","sort":"host","name":"` + strings.Repeat("x", 70000) + `"}]}`: "without end",
		`{` + ok + `,"namespaces":[null]}`:                                                              "namespace 0", `{` + ok + `,"namespaces":[{"inode":1,"kind":"net","islands":["c"]}]}`: "not on the map",
		`{` + ok + `,"namespaces":[{"inode":1,"kind":"net"},{"inode":1,"kind":"net"}]}`: "namespace 1", `{` + ok + `,"processes":[{"pid":1,"island":"c"}]}`: "process 1",
	} {
		if _, err := Read(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", bad[:min(len(bad), 100)], err, want)
		}
	}
	if _, err := Read(strings.NewReader(`{` + ok + `}`)); err != nil {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"schema":1,"islands":[{"id":"a","sort":"host","ns":{"net":5},"apart":["net"]}],"namespaces":[{"inode":5,"kind":"net","islands":["a"]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Read(bytes.NewReader(data))
		if (m == nil) != (err != nil) {
			t.Errorf("%v, %v", m, err)
		}
		if err == nil {
			if again, err := json.Marshal(m); err != nil {
				t.Error(err)
			} else if _, err := Read(bytes.NewReader(again)); err != nil {
				t.Errorf("%v: %s", err, strconv.Quote(string(again)))
			}
		}
	})
}
