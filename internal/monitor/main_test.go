package monitor

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/engine/hold"
)

// TestMain is the tests, the monitor that they start, and the isle that this one
// executes, by the name it is called by.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case hold.Helper:
		if os.Getenv("ISLE_TEST_HASTY") != "" {
			patience = 300 * time.Millisecond
		}
		os.Exit(Main(os.Args[1:]))
	case "isle":
		os.Exit(isle(os.Args[1:]))
	}
	dir, err := os.MkdirTemp("", "isle-monitor-")
	if err == nil {
		err = os.Symlink("/proc/self/exe", filepath.Join(dir, hold.Helper))
	}
	if self, e := os.Executable(); e == nil && err == nil {
		os.Remove(filepath.Join(dir, hold.Helper))
		err = os.Symlink(self, filepath.Join(dir, hold.Helper))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// isle stands for isle's hidden verbs: a "container" is a shell that executes the
// file script in the container's folder, which $ISLE_TEST_FOLDER names.
func isle(args []string) int {
	folder := os.Getenv("ISLE_TEST_FOLDER")
	at := func(name string) string { return filepath.Join(folder, name) }
	note := func(text string) {
		f, err := os.OpenFile(at("notes"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			fmt.Fprintln(f, text)
			f.Close()
		}
	}
	note(strings.Join(args, " "))
	switch args[0] {
	case hold.VerbStart:
		report := os.NewFile(hold.ReportFD, "report")
		if text, err := os.ReadFile(at("refuse")); err == nil {
			report.WriteString(hold.Refused(127, string(text)))
			return 127
		}
		if _, err := os.Stat(at("die")); err == nil {
			return 1
		}
		pid, err := startScript(at("script"), slices.ContainsFunc(args, func(word string) bool { return strings.HasPrefix(word, "--console-fd=") }))
		if err != nil {
			report.WriteString(hold.Refused(125, err.Error()))
			return 125
		}
		if _, err := os.Stat(at("reap")); err == nil {
			unix.Wait4(pid, nil, 0, nil)
		}
		report.WriteString(hold.Reported(pid))
	case hold.VerbEnd, hold.VerbHealth:
		// What is answered the first time, the second time: a line each.
		text, _ := os.ReadFile(at(args[0]))
		line, rest, _ := strings.Cut(string(text), "\n")
		os.WriteFile(at(args[0]), []byte(rest), 0o600)
		fmt.Println(line)
	}
	return 0
}

// startScript starts the script, and leaves it to the monitor.
func startScript(path string, terminal bool) (int, error) {
	cmd := exec.Command("/bin/sh", path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if terminal {
		outer, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
		if err != nil {
			return 0, err
		}
		unix.IoctlSetPointerInt(int(outer.Fd()), unix.TIOCSPTLCK, 0)
		n, err := unix.IoctlGetInt(int(outer.Fd()), unix.TIOCGPTN)
		if err != nil {
			return 0, err
		}
		inner, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
		if err != nil {
			return 0, err
		}
		var rows, columns uint16
		if _, err := fmt.Sscanf(os.Getenv(hold.SizeVariable), "%dx%d", &rows, &columns); err == nil {
			unix.IoctlSetWinsize(int(inner.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns})
		}
		cmd.Stdin, cmd.Stdout, cmd.Stderr = inner, inner, inner
		cmd.SysProcAttr.Setctty = true
		if err := unix.Sendmsg(hold.ConsoleFD, []byte{0}, unix.UnixRights(int(outer.Fd())), nil, 0); err != nil {
			return 0, err
		}
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	return cmd.Process.Pid, nil
}
