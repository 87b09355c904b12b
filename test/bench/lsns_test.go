package bench

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// crowd is a shell script that makes processes, spread over namespaces, which
// wait for somebody to open a pipe: $1 processes in $2 namespaces, the pipe is $3.
const crowd = `
each=$(($1 / $2)) group=0
while [ $group -lt $2 ]; do
	unshare --uts --ipc --cgroup sh -c 'i=1; while [ $i -lt '$each' ]; do (: <"$0") & i=$((i+1)); done; : <"$0"' "$3" &
	group=$((group+1))
done
echo made; : <"$3"`

// waiting starts a crowd and waits until it is there.
func waiting(b *testing.B, processes, namespaces int) {
	b.Helper()
	if os.Geteuid() != 0 {
		b.Skip("so many namespaces take root")
	}
	pipe := filepath.Join(b.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		b.Fatal(err)
	}
	// A PID namespace, so that all of them end with its first process.
	cmd := exec.Command("unshare", "--pid", "--fork", "--kill-child", "sh", "-c", crowd, "sh", fmt.Sprint(processes), fmt.Sprint(namespaces), pipe)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	bufio.NewReader(out).ReadString('\n')
	for range 600 {
		if n := running(b); n >= processes*99/100 {
			time.Sleep(time.Second)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Skipf("only %d of %d processes could be made here", running(b), processes)
}

func running(b *testing.B) (n int) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range entries {
		if strings.Trim(e.Name(), "0123456789") == "" {
			n++
		}
	}
	return n
}

// usage is what a run of a command took.
type usage struct {
	wall, cpu time.Duration
	memory    int64 // KiB, at most
}

func used(b *testing.B, words ...string) usage {
	b.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Skipf("%v: %v\n%s", words, err, out)
	}
	u := usage{time.Since(began), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), 0}
	u.memory = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	return u
}

// BenchmarkLsns compares lsns on hosts of several sizes. The medians are of
// five runs, or of three of the peer, which is slow there.
func BenchmarkLsns(b *testing.B) {
	tool := filepath.Join(b.TempDir(), "lsns")
	if err := os.Symlink(isle(b), tool); err != nil {
		b.Fatal(err)
	}
	for _, size := range [][2]int{{300, 50}, {2000, 50}, {10000, 50}, {10000, 2000}, {20000, 50}} {
		b.Run(fmt.Sprintf("%d-in-%d", size[0], size[1]), func(b *testing.B) {
			waiting(b, size[0], size[1])
			for b.Loop() {
				mine, peer := middle(b, 5, tool), middle(b, 3, "lsns")
				b.ReportMetric(float64(peer.wall)/float64(mine.wall), "times-faster")
				b.ReportMetric(float64(mine.wall.Microseconds())/1e3, "isle-ms")
				b.ReportMetric(float64(peer.wall.Microseconds())/1e3, "peer-ms")
				b.ReportMetric(float64(mine.cpu.Microseconds())/1e3, "isle-cpu-ms")
				b.ReportMetric(float64(mine.memory)/1024, "isle-MiB")
			}
			b.ReportMetric(0, "ns/op") // says nothing here: leaves it out
		})
	}
}

// middle is the run whose wall time is the median.
func middle(b *testing.B, runs int, words ...string) usage {
	b.Helper()
	list := make([]usage, runs)
	for i := range list {
		list[i] = used(b, words...)
	}
	for i := range list { // few enough for the simplest way
		for j := i; j > 0 && list[j].wall < list[j-1].wall; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	return list[runs/2]
}
