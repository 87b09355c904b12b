package ns

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// scanned takes a snapshot and checks what must hold of any.
func scanned(t *testing.T) *Snapshot {
	t.Helper()
	if r, w, err := os.Pipe(); err == nil { // has Go open its poller, once
		r.Close()
		w.Close()
	}
	before := descriptors(t)
	s, err := Scan()
	if err != nil {
		t.Fatal(err)
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors open, %d before", after, before)
	}
	for i, n := range s.Namespaces {
		if i > 0 && s.Namespaces[i-1].Inode >= n.Inode {
			t.Errorf("namespace %d is behind %d", n.Inode, s.Namespaces[i-1].Inode)
		}
		for _, pid := range n.Held.Processes {
			if p := s.Process(pid); p == nil || p.NS[n.Kind] != n.Inode {
				t.Errorf("process %d holds %v %d and is not in it: %+v", pid, n.Kind, n.Inode, p)
			}
		}
	}
	return s
}

// the finds the namespace that an ID is of.
func the(t *testing.T, s *Snapshot, id ID) *Namespace {
	t.Helper()
	n := s.Find(id.Ino)
	if n == nil || s.ID(n) != id {
		t.Fatalf("%v is not among %d namespaces", id, len(s.Namespaces))
	}
	return n
}

// TestScanSelf: this process is where it says that it is, and the kernel's
// relations are those that a File tells.
func TestScanSelf(t *testing.T) {
	s := scanned(t)
	self := s.Process(os.Getpid())
	if self == nil || self.PPID != os.Getppid() || self.UID != uint32(os.Geteuid()) || self.Kernel || self.Start == 0 {
		t.Fatalf("this process is %+v", self)
	}
	if command := self.ReadCommand(); command != strings.Join(os.Args, " ") {
		t.Errorf("its command is %q", command)
	}
	for _, k := range Kinds {
		f := open(t, 0, k)
		n := the(t, s, f.ID())
		if self.NS[k] != f.ID().Ino || n.Kind != k {
			t.Errorf("%v: it is in %d, a %v namespace", f, self.NS[k], n.Kind)
		}
		if owner, err := f.Owner(); err == nil {
			if n.Owner != owner.ID().Ino {
				t.Errorf("%v is owned by %v, found %d", f, owner, n.Owner)
			}
			owner.Close()
		} else if n.Owner != 0 {
			t.Errorf("%v has an owner that is out of sight: %d", f, n.Owner)
		}
	}
}

// TestScanNested: a process in a user namespace in a user namespace, of which
// the outer one has no process any more.
func TestScanNested(t *testing.T) {
	outer := exec.Command("unshare", "--user", "--map-root-user", "unshare", "--user", "--map-root-user", "--pid", "--fork", "--net", "sh", "-c", "echo; exec cat")
	in, _ := outer.StdinPipe()
	out, _ := outer.StdoutPipe()
	if err := outer.Start(); err != nil {
		t.Skip(err)
	}
	defer func() { in.Close(); outer.Wait() }()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Skip("this user may make no user namespaces")
	}
	s := scanned(t)
	var child *Process
	for _, p := range s.Processes {
		if p.PPID == outer.Process.Pid {
			child = p
		}
	}
	if child == nil {
		t.Fatal("the child is not among the processes")
	}
	inner, pid := s.Find(child.NS[User]), s.Find(child.NS[PID])
	middle := s.Find(inner.Owner)
	mine := s.Process(os.Getpid())
	switch {
	case middle == nil || middle.Owner != mine.NS[User] || middle.Parent != middle.Owner:
		t.Errorf("the namespace between is %+v, this process is in %d", middle, mine.NS[User])
	case !middle.Held.Kin || len(middle.Held.Processes) > 0:
		t.Errorf("the namespace between is held by %+v", middle.Held)
	case middle.OwnerUID == nil || *middle.OwnerUID != uint32(os.Geteuid()):
		t.Errorf("the namespace between belongs to %v", middle.OwnerUID)
	}
	if pid.Parent != mine.NS[PID] || pid.Owner != inner.Inode {
		t.Errorf("the pid namespace is %+v, that of this process %d", pid, mine.NS[PID])
	}
}

// TestSnapshotJSON: what is written reads back as it was.
func TestSnapshotJSON(t *testing.T) {
	s := scanned(t)
	s.Processes[0].ReadCommand()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var got Snapshot
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Processes {
		p.threads = 0 // of the scan only
	}
	if !reflect.DeepEqual(&got, s) {
		t.Errorf("wrote %+v\nread %+v", s, got)
	}
}

// TestScanAsNobody: what an ordinary user cannot see is counted.
func TestScanAsNobody(t *testing.T) {
	needRoot(t)
	path := filepath.Join(t.TempDir(), "ns.test")
	text, err := os.ReadFile("/proc/self/exe")
	if err != nil || os.WriteFile(path, text, 0o755) != nil || os.Chmod(filepath.Dir(path), 0o755) != nil || os.Chmod(filepath.Dir(filepath.Dir(path)), 0o755) != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-test.run", "TestScanSelf|TestUnread", "-test.v")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 12345, Gid: 12345}}
	cmd.Env = append(os.Environ(), "ISLE_TEST_UNREAD=1")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestUnread") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestUnread(t *testing.T) {
	if os.Getenv("ISLE_TEST_UNREAD") == "" {
		t.Skip("TestScanAsNobody runs it, as an ordinary user")
	}
	if s := scanned(t); s.Unread.Namespaces == 0 || s.Unread.Descriptors == 0 || !s.Unread.Any() {
		t.Errorf("nothing was refused: %+v", s.Unread)
	}
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("makes namespaces without a user namespace, which takes root")
	}
}

// TestScanLean: of a process that is alone in its namespaces it knows all that a
// whole scan does, and of the kinds that are not wanted nothing.
func TestScanLean(t *testing.T) {
	own := SetOf(User, UTS)
	pid := elsewhere(t, uintptr(own.Flags()))
	full := scanned(t)
	lean, err := ScanLean(own)
	if err != nil {
		t.Fatal(err)
	}
	p, q := full.Process(pid), lean.Process(pid)
	if p == nil || q == nil || p.Comm != q.Comm || p.PPID != q.PPID || p.UID != q.UID || p.Start != q.Start || q.NS[IPC] != 0 {
		t.Fatalf("the process is %+v, and %+v in short", p, q)
	}
	for _, k := range own.Kinds() {
		n, m := full.Find(p.NS[k]), lean.Find(q.NS[k])
		if n == nil || m == nil || n == m || !reflect.DeepEqual(n, m) {
			t.Errorf("its %v namespace is %+v, and %+v in short", k, n, m)
		}
	}
}

// TestScanUnderSignals: signals end a listing of /proc early, and nothing is
// missed for that.
func TestScanUnderSignals(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	stop := make(chan bool)
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				unix.Kill(os.Getpid(), unix.SIGURG)
			}
		}
	}()
	for range 30 {
		if p := scanned(t).Process(cmd.Process.Pid); p == nil || p.NS[Net] == 0 {
			t.Fatalf("the process is %+v", p)
		}
	}
}

// TestReadProcess: a name may hold what the fields are separated by.
func TestReadProcess(t *testing.T) {
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	odd := filepath.Join(t.TempDir(), "a) S 1 (b")
	program, err := os.ReadFile(sleep)
	if err == nil {
		err = os.WriteFile(odd, program, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(odd, "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p, err := ReadProcess(cmd.Process.Pid)
	for n := 0; n < 1000 && err == nil && p.Comm != "a) S 1 (b"; n++ { // on its way through exec
		time.Sleep(time.Millisecond)
		p, err = ReadProcess(cmd.Process.Pid)
	}
	if err != nil || p.PPID != os.Getpid() || p.Comm != "a) S 1 (b" || p.Start == 0 || p.Zombie {
		t.Errorf("%+v, %v", p, err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if p, err := ReadProcess(cmd.Process.Pid); err == nil {
		t.Errorf("%+v of a process that is gone", p)
	}
}
