package run_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// waitFor waits up to 10 seconds until something is so.
func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	for range 1000 {
		if so() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s does not come about", what)
}

// descendants are the pids of a process's children and theirs.
func descendants(t *testing.T, pid int) []string {
	t.Helper()
	var all []string
	files, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	for _, f := range files {
		text, _ := os.ReadFile(f) // of a thread that has ended
		for _, child := range strings.Fields(string(text)) {
			all = append(append(all, child), descendants(t, int(number(t, child)))...)
		}
	}
	return all
}

// stat is a part of /proc/PID/stat (proc_pid_stat(5)).
type stat struct{ name, group, foreground string }

func statOf(pid string) (s stat) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return s
	}
	head, rest, _ := strings.Cut(string(text), ") ")
	_, s.name, _ = strings.Cut(head, "(")
	if f := strings.Fields(rest); len(f) > 5 {
		s.group, s.foreground = f[2], f[5]
	}
	return s
}
