package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"isle/internal/engine/attach"
	"isle/internal/engine/hold"
	"isle/internal/engine/logs"
)

// most is the private memory, in KiB, that a monitor may have when nothing happens.
const most = 2048

// isle stands for isle: its container sleeps until it is told something.
const isle = `#!/bin/sh
case $1 in
container-start) exec 4<&0; head -n 1 <&4 4<&- 3>&- & printf 'pid %s' $! >&3 ;;
container-end) echo end ;;
esac
`

// build builds the monitor, or takes the one beside $ISLE.
func build(t *testing.T, dir string) {
	t.Helper()
	if built := os.Getenv("ISLE"); built != "" {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(built), hold.Helper))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, hold.Helper), text, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	cmd := exec.Command("go", "build", "-o", dir+"/", ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestMemory: monitors of containers that do nothing are small, and each still
// does what it is there for.
func TestMemory(t *testing.T) {
	bin := t.TempDir()
	build(t, bin)
	if err := os.WriteFile(filepath.Join(bin, "isle"), []byte(isle), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	var dirs []string
	var pids []int
	for range 4 {
		dir := t.TempDir()
		m, err := hold.Start(&hold.Config{
			ID: "box", Dir: dir, Isle: filepath.Join(bin, "isle"), Stdin: true,
			Log: logs.Options{Driver: logs.JSONFile, Path: filepath.Join(dir, logs.File)},
		})
		if err == nil {
			_, err = m.Run()
		}
		if err != nil {
			t.Fatal(err)
		}
		dirs, pids = append(dirs, dir), append(pids, m.PID)
	}
	time.Sleep(500 * time.Millisecond)
	for _, pid := range pids {
		n := private(t, pid)
		t.Logf("%d KiB", n)
		if n > most {
			t.Errorf("a monitor has %d KiB of private memory, more than %d", n, most)
		}
	}
	for i, dir := range dirs {
		s, err := attach.Dial(filepath.Join(dir, attach.File), attach.WantsInput)
		if err != nil {
			t.Fatal(err)
		}
		var shown strings.Builder
		s.Stdin, s.Stdout = strings.NewReader("line\n"), &shown
		if status, err := s.Copy(); status != 0 || err != nil || shown.String() != "line\n" {
			t.Errorf("%d, %v, %q", status, err, shown.String())
		}
		for err := error(syscall.EINTR); err == syscall.EINTR; {
			_, err = syscall.Wait4(pids[i], nil, 0, nil)
		}
	}
}

// private is the private memory of a process, in KiB.
func private(t *testing.T, pid int) (sum int) {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/smaps_rollup")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) == 3 && (f[0] == "Private_Clean:" || f[0] == "Private_Dirty:") {
			n, _ := strconv.Atoi(f[1])
			sum += n
		}
	}
	return sum
}

// TestNotForPeople: typed by a person, it says so.
func TestNotForPeople(t *testing.T) {
	bin := t.TempDir()
	build(t, bin)
	out, err := exec.Command(filepath.Join(bin, hold.Helper)).CombinedOutput()
	if err == nil || string(out) != "isle-monitor is for isle itself\n" {
		t.Errorf("%v: %q", err, out)
	}
}
