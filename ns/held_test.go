package ns

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

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

// TestScanDescriptorNumbers: whatever numbers are open, in a row or with gaps,
// each descriptor is found, and once.
func TestScanDescriptorNumbers(t *testing.T) {
	pid := elsewhere(t, unix.CLONE_NEWUSER|unix.CLONE_NEWUTS)
	f := open(t, pid, UTS)
	for name, test := range map[string]struct {
		script string
		want   []int
	}{
		"in a row":    {"exec 4<&3", []int{3, 4}},
		"a shell's":   {"exec 10<&3 3<&-", []int{10}},
		"the other's": {"exec 255<&3 3<&-", []int{255}},
		"both":        {"exec 10<&3 255<&3", []int{3, 10, 255}},
		"one gap":     {"exec 7<&3", []int{3, 7}},
		"no 0":        {"exec 0<&-", []int{3}},
		"gaps":        {"exec 5<&3 8<&3 9<&3 3<&-", []int{5, 8, 9}},
	} {
		cmd := exec.Command("bash", "-c", test.script+"; echo; exec sleep 60")
		cmd.ExtraFiles = []*os.File{f.f}
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Skip("no bash: ", err)
		}
		bufio.NewReader(out).ReadByte()
		for range 200 { // until the shell, which may keep copies, is gone
			if comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", cmd.Process.Pid)); string(comm) == "sleep\n" {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		var got []int
		for _, d := range the(t, scanned(t), f.ID()).Held.Files {
			if d.PID == cmd.Process.Pid {
				got = append(got, d.FD)
			}
		}
		cmd.Process.Kill()
		cmd.Wait()
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: descriptors %v, want %v", name, got, test.want)
		}
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

// TestScanListed: a namespace that only a message on its way holds, which no
// descriptor is of, is in the kernel's list (listns(2)).
func TestScanListed(t *testing.T) {
	if _, _, errno := unix.Syscall6(sysListns, 0, 0, 0, 0, 0, 0); errno == unix.ENOSYS {
		t.Skip("the kernel has no listns(2), which came with Linux 6.19")
	}
	needRoot(t) // an ordinary user is shown its own namespaces alone
	pid := elsewhere(t, unix.CLONE_NEWUSER|unix.CLONE_NEWUTS)
	f, err := Of(pid, UTS)
	if err != nil {
		t.Fatal(err)
	}
	id := f.ID()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[0])
	defer unix.Close(pair[1])
	if err := unix.Sendmsg(pair[0], []byte{0}, unix.UnixRights(f.Fd()), nil, 0); err != nil {
		t.Fatal(err)
	}
	f.Close()
	unix.Kill(pid, unix.SIGKILL)
	for range 200 { // until it is in no namespace any more
		if _, err := IDOf(pid, UTS); err != nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	n := the(t, scanned(t), id)
	if h := n.Held; !h.Listed || len(h.Processes)+len(h.Files) > 0 || n.Kind != UTS || n.Unique == 0 {
		t.Errorf("%+v", n)
	}
}

// TestScanLone: a namespace that is bound in a mount namespace which no process
// is in, but which is bound itself.
func TestScanLone(t *testing.T) {
	needRoot(t)
	if out, err := exec.Command("unshare", "--mount", "--uts", "true").CombinedOutput(); err != nil {
		t.Skipf("this root may make no mount and UTS namespaces: %v: %s", err, out)
	}
	// A mount namespace can be bound only in an older one, and the kernel goes by
	// their numbers, which each processor gives out of a stock of its own.
	var processors unix.CPUSet
	if err := unix.SchedGetaffinity(0, &processors); err != nil {
		t.Fatal(err)
	}
	one := 0
	for !processors.IsSet(one) {
		one++
	}
	dir := t.TempDir()
	cmd := exec.Command("taskset", "--cpu-list", fmt.Sprint(one), "unshare", "--mount", "sh", "-ec", `
		mount -t tmpfs tmpfs "$0"; mount --make-private "$0"; touch "$0/mounts"
		unshare --mount="$0/mounts" sh -ec 'touch "$0/uts" && unshare --uts="$0/uts" readlink /proc/self/ns/uts' "$0"
		exec cat`, dir)
	cmd.Stderr = os.Stderr
	in, _ := cmd.StdinPipe()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); cmd.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	inode, ok := inode([]byte(strings.TrimSpace(line)))
	if !ok {
		t.Fatalf("%q, %v", line, err)
	}
	s := scanned(t)
	n := s.Find(inode)
	if n == nil || len(n.Held.Mounts) != 1 || n.Held.Mounts[0].Path != dir+"/uts" {
		t.Fatalf("%+v", n)
	}
	around := s.Find(n.Held.Mounts[0].Mount)
	for i := 0; i < 100 && around != nil && len(around.Held.Processes) > 0; i++ { // the last one may still be ending
		time.Sleep(5 * time.Millisecond)
		s = scanned(t)
		around = s.Find(n.Held.Mounts[0].Mount)
	}
	if n = s.Find(inode); n == nil {
		t.Fatal("it is not found without processes around it")
	}
	if around == nil || len(around.Held.Processes) > 0 || len(around.Held.Mounts) != 1 || around.Held.Mounts[0].Path != dir+"/mounts" {
		t.Errorf("the mount namespace: %+v", around)
	}
}
