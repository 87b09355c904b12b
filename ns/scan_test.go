package ns

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"

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

// TestScanDescriptor: a namespace that only a descriptor holds, and one that only
// a socket is in.
func TestScanDescriptor(t *testing.T) {
	pid := elsewhere(t, unix.CLONE_NEWUSER|unix.CLONE_NEWUTS)
	f := open(t, pid, UTS)
	s := scanned(t)
	n := the(t, s, f.ID())
	if want := (Descriptor{os.Getpid(), f.Fd()}); len(n.Held.Files) != 1 || n.Held.Files[0] != want {
		t.Errorf("held by the descriptors %+v, want %+v", n.Held.Files, want)
	}
}

func TestScanSocket(t *testing.T) {
	needRoot(t)
	socket, id := -1, ID{}
	onThread(t, func() {
		if unix.Unshare(unix.CLONE_NEWNET) != nil {
			return
		}
		socket, _ = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		var st unix.Stat_t
		unix.Stat(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()), &st)
		id = ID{st.Dev, st.Ino}
	})
	if socket < 0 {
		t.Skip("no network namespace could be made")
	}
	defer unix.Close(socket)
	n := the(t, scanned(t), id)
	if want := (Descriptor{os.Getpid(), socket}); len(n.Held.Sockets) != 1 || n.Held.Sockets[0] != want {
		t.Errorf("held by the sockets %+v, want %+v", n.Held.Sockets, want)
	}
	if n.Owner == 0 {
		t.Error("its owner was not asked for")
	}
}

// TestScanTask: a namespace that only a thread is in.
func TestScanTask(t *testing.T) {
	needRoot(t)
	tid, id, done := 0, ID{}, make(chan bool)
	ready := make(chan bool)
	go onThread(t, func() {
		unix.Unshare(unix.CLONE_NEWUTS)
		tid = unix.Gettid()
		var st unix.Stat_t
		unix.Stat(fmt.Sprintf("/proc/self/task/%d/ns/uts", tid), &st)
		id = ID{st.Dev, st.Ino}
		ready <- true
		<-done
	})
	<-ready
	defer close(done)
	n := the(t, scanned(t), id)
	if want := (Task{os.Getpid(), tid}); len(n.Held.Tasks) != 1 || n.Held.Tasks[0] != want || len(n.Held.Processes) > 0 {
		t.Errorf("held by %+v, want the task %+v", n.Held, want)
	}
}

// TestScanBind: a namespace that is bound in another mount namespace only.
func TestScanBind(t *testing.T) {
	needRoot(t)
	dir := t.TempDir()
	cmd := exec.Command("unshare", "--mount", "sh", "-c", `mount -t tmpfs tmpfs "$0" && touch "$0/a file" && unshare --uts="$0/a file" readlink /proc/self/ns/uts && exec cat`, dir)
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	defer func() { in.Close(); cmd.Wait() }()
	line, _ := bufio.NewReader(out).ReadString('\n')
	ino, ok := inode([]byte(strings.TrimSpace(line)))
	if !ok {
		t.Fatalf("no namespace was made: %q", line)
	}
	s := scanned(t)
	n := s.Find(ino)
	if n == nil {
		t.Fatal("it was not found")
	}
	want := BindMount{s.Process(cmd.Process.Pid).NS[Mount], filepath.Join(dir, "a file")}
	if len(n.Held.Mounts) != 1 || n.Held.Mounts[0] != want || n.Owner == 0 {
		t.Errorf("found %+v, want the mount %+v", n, want)
	}
}

// TestScanForChildren: a pid namespace that has no process yet can be seen only
// when it has one; that of a process which moves its children elsewhere can.
func TestScanForChildren(t *testing.T) {
	needRoot(t)
	cmd := exec.Command("unshare", "--pid", "sh", "-c", "sleep 60 & echo; read x; kill $!")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	defer func() { in.Close(); cmd.Wait() }()
	bufio.NewReader(out).ReadString('\n')
	s := scanned(t)
	for _, n := range s.Namespaces {
		for _, pid := range n.Held.ForChildren {
			if pid == cmd.Process.Pid && n.Kind == PID && n.Parent == s.Process(pid).NS[PID] {
				return
			}
		}
	}
	t.Error("the namespace of its children was not found")
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
		t.Skip("for TestScanAsNobody")
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

// onThread runs f on a thread that ends with it, and so not on the process's
// first, which cannot.
func onThread(t *testing.T, f func()) {
	t.Helper()
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if unix.Gettid() == os.Getpid() {
			onThread(t, f)
			runtime.UnlockOSThread()
			return
		}
		f()
	}()
	<-done
}
