package bundle

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The tests of this file hold what Check refuses as beyond any kernel to the kernel
// that runs them: it must refuse the same values, and take the others.

// root skips a test that needs root.
func root(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, to set what only root may")
	}
}

// same wants Check's verdict on the patch to be the kernel's, which refuses with
// refusal.
func same(t *testing.T, patch string, kernel, refusal error) {
	t.Helper()
	if kernel != nil && !errors.Is(kernel, refusal) {
		t.Fatalf("%s: the kernel: %v", patch, kernel)
	}
	if problem := checkPatch(t, patch).Err(); (problem == nil) != (kernel == nil) {
		t.Errorf("%s:\nCheck: %v\nkernel: %v", patch, problem, kernel)
	}
}

// onThread calls f on a thread of its own, which ends with it.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread() // never unlocked
		defer close(done)
		f()
	}()
	<-done
}

func TestMappingsAsTheKernel(t *testing.T) {
	root(t)
	for _, lines := range []string{
		"0 0 1", "0 0 0", "0 0 4294967295", "1 0 4294967295", "0 1 4294967295", "0 0 4294967294",
		"0 0 10\n10 10 5", "0 0 10\n9 10 5", "0 0 10\n10 9 5", "5 5 1\n0 0 6", "5 5 1\n0 0 5", "4294967295 0 1", "4294967294 0 1",
	} {
		child := exec.Command("sleep", "60")
		child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, Pdeathsig: syscall.SIGKILL}
		if err := child.Start(); err != nil {
			t.Skipf("needs user namespaces: %v", err)
		}
		err := os.WriteFile("/proc/"+strconv.Itoa(child.Process.Pid)+"/uid_map", []byte(lines), 0)
		_ = child.Process.Kill()
		_ = child.Wait()
		var list []string
		for line := range strings.SplitSeq(lines, "\n") {
			f := strings.Fields(line)
			list = append(list, `{"containerID": `+f[0]+`, "hostID": `+f[1]+`, "size": `+f[2]+`}`)
		}
		same(t, `{"process": {"user": {"uid": `+strings.Fields(lines)[0]+`}}, "linux": {`+user+`, "gidMappings": [{"size": 1}], "uidMappings": [`+strings.Join(list, ",")+`]}}`, err, unix.EINVAL)
	}
}

func TestNamesAsTheKernel(t *testing.T) {
	root(t)
	for _, length := range []int{1, 64, 65} {
		name := strings.Repeat("h", length)
		var err error
		onThread(func() {
			if err = unix.Unshare(unix.CLONE_NEWUTS); err == nil {
				err = unix.Sethostname([]byte(name))
			}
		})
		same(t, `{"hostname": "`+name+`"}`, err, unix.EINVAL)
	}
}

func TestSchedulersAsTheKernel(t *testing.T) {
	root(t)
	policies := map[string]uint32{"OTHER": 0, "FIFO": 1, "RR": 2, "BATCH": 3, "ISO": 4, "IDLE": 5, "DEADLINE": 6}
	for _, test := range []struct {
		policy                    string
		priority                  uint32
		runtime, deadline, period uint64
	}{
		{"OTHER", 0, 0, 0, 0}, {"OTHER", 1, 0, 0, 0}, {"BATCH", 0, 0, 0, 0}, {"IDLE", 1, 0, 0, 0}, {"ISO", 0, 0, 0, 0},
		{"FIFO", 0, 0, 0, 0}, {"FIFO", 1, 0, 0, 0}, {"RR", 99, 0, 0, 0}, {"RR", 100, 0, 0, 0},
		{"DEADLINE", 0, 0, 0, 0}, {"DEADLINE", 0, 1e6, 1e7, 0}, {"DEADLINE", 0, 1e6, 1e7, 1e7}, {"DEADLINE", 0, 1e6, 1e7, 1e6},
		{"DEADLINE", 0, 1023, 1e7, 1e7}, {"DEADLINE", 0, 1024, 1e7, 1e7}, {"DEADLINE", 0, 1e7, 1e6, 1e7}, {"DEADLINE", 0, 1e6, 1 << 63, 0},
	} {
		attr := unix.SchedAttr{
			Size: unix.SizeofSchedAttr, Policy: policies[test.policy], Priority: test.priority,
			Runtime: test.runtime, Deadline: test.deadline, Period: test.period,
		}
		var err error
		onThread(func() { err = unix.SchedSetAttr(0, &attr, 0) })
		if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EBUSY) {
			t.Logf("SCHED_%s is not to be had on this host: %v", test.policy, err)
			continue
		}
		same(t, `{"process": {"scheduler": {"policy": "SCHED_`+test.policy+`", "priority": `+strconv.Itoa(int(test.priority))+
			`, "runtime": `+strconv.FormatUint(test.runtime, 10)+`, "deadline": `+strconv.FormatUint(test.deadline, 10)+
			`, "period": `+strconv.FormatUint(test.period, 10)+`}}}`, err, unix.EINVAL)
	}
}

func TestMemoryPoliciesAsTheKernel(t *testing.T) {
	modes := map[string]int{"DEFAULT": 0, "PREFERRED": 1, "BIND": 2, "INTERLEAVE": 3, "LOCAL": 4, "PREFERRED_MANY": 5}
	flags := map[string]int{"NUMA_BALANCING": 1 << 13, "RELATIVE_NODES": 1 << 14, "STATIC_NODES": 1 << 15}
	for mode, number := range modes {
		for _, nodes := range []string{"", "0"} {
			for _, chosen := range [][]string{{}, {"STATIC_NODES"}, {"RELATIVE_NODES"}, {"STATIC_NODES", "RELATIVE_NODES"}, {"NUMA_BALANCING"}} {
				bits, names := number, ""
				for i, flag := range chosen {
					bits |= flags[flag]
					names += []string{"", ","}[min(i, 1)] + `"MPOL_F_` + flag + `"`
				}
				err := setMempolicy(bits, len(nodes) > 0)
				if errors.Is(err, unix.ENOSYS) {
					t.Skip("needs a kernel with NUMA")
				}
				same(t, `{"linux": {"memoryPolicy": {"mode": "MPOL_`+mode+`", "nodes": "`+nodes+`", "flags": [`+names+`]}}}`, err, unix.EINVAL)
			}
		}
	}
}

// setMempolicy calls set_mempolicy(2) with node 0 or none on a thread of its own.
func setMempolicy(mode int, node0 bool) (err error) {
	onThread(func() {
		mask := uint64(0)
		if node0 {
			mask = 1
		}
		if _, _, errno := unix.Syscall(unix.SYS_SET_MEMPOLICY, uintptr(mode), uintptr(unsafe.Pointer(&mask)), 64); errno != 0 {
			err = errno
		}
	})
	return err
}

func TestScoresAsTheKernel(t *testing.T) {
	root(t)
	for _, score := range []string{"1000", "1001", "-1001"} {
		child := exec.Command("sleep", "60")
		child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		err := os.WriteFile("/proc/"+strconv.Itoa(child.Process.Pid)+"/oom_score_adj", []byte(score), 0)
		_ = child.Process.Kill()
		_ = child.Wait()
		same(t, `{"process": {"oomScoreAdj": `+score+`}}`, err, unix.EINVAL)
	}
}

func TestPathsAsTheKernel(t *testing.T) {
	for _, length := range []int{4095, 4096} {
		path := strings.Repeat("/.", length/2) + strings.Repeat("/", length%2)
		_, err := os.Stat(path)
		same(t, `{"process": {"cwd": "`+path+`"}}`, err, unix.ENAMETOOLONG)
	}
}

func TestDeviceNumbersAsTheKernel(t *testing.T) {
	root(t)
	for _, number := range [][2]uint32{{4095, 1048575}, {4096, 0}, {0, 1048576}} {
		path := filepath.Join(t.TempDir(), "device")
		err := unix.Mknod(path, unix.S_IFCHR|0o600, int(unix.Mkdev(number[0], number[1])))
		if errors.Is(err, unix.EPERM) {
			t.Skip("needs CAP_MKNOD in the first user namespace")
		}
		var st unix.Stat_t
		if err == nil {
			err = unix.Stat(path, &st)
		}
		// The kernel takes what does not fit for another number.
		if err == nil && (unix.Major(st.Rdev) != number[0] || unix.Minor(st.Rdev) != number[1]) {
			err = unix.EINVAL
		}
		same(t, `{"linux": {"devices": [{"path": "/x", "type": "c", "major": `+strconv.Itoa(int(number[0]))+`, "minor": `+strconv.Itoa(int(number[1]))+`}]}}`, err, unix.EINVAL)
	}
}
