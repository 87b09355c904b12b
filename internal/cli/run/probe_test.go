package run_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// probe does what its arguments say, separated by commas: "cat /a , id". What
// fails is told on standard output, and makes the status 1.
func probe(args []string) (status int) {
	for len(args) > 0 {
		end := slices.Index(args, ",")
		if end < 0 {
			end = len(args)
		}
		do := probes[args[0]]
		if do == nil {
			fmt.Println("probe: no such word:", args[0])
			return 1
		}
		if err := do(args[1:end]); err != nil {
			fmt.Println("error:", err)
			status = 1
		}
		args = args[min(end+1, len(args)):]
	}
	return status
}

var probes map[string]func(args []string) error

func init() {
	probes = map[string]func(args []string) error{
		"id":       probeID,
		"say":      func(a []string) error { fmt.Println(strings.Join(a, " ")); return nil },
		"cat":      probeCat,
		"write":    func(a []string) error { return os.WriteFile(a[0], []byte(a[1]), 0o644) },
		"ls":       probeList,
		"chmod":    probeChmod,
		"stat":     probeStat,
		"mkdir":    func(a []string) error { return os.Mkdir(a[0], 0o755) },
		"remove":   func(a []string) error { return removeContents(a[0]) },
		"chown":    func(a []string) error { return os.Chown(a[0], atoi(a[1]), atoi(a[1])) },
		"env":      func([]string) error { fmt.Println(strings.Join(os.Environ(), "\n")); return nil },
		"pwd":      probePwd,
		"hostname": probeUname,
		"link":     func(a []string) error { l, err := os.Readlink(a[0]); fmt.Println(l); return err },
		"status":   probeStatus,
		"mount":    probeMount,
		"fds":      probeFDs,
		"exit":     func(a []string) error { os.Exit(atoi(a[0])); return nil },
		"kill": func(a []string) error {
			unix.Kill(os.Getpid(), unix.SignalNum(a[0]))
			time.Sleep(5 * time.Second)
			return nil
		},
		"sleep":  func(a []string) error { d, err := time.ParseDuration(a[0]); time.Sleep(d); return err },
		"exec":   probeExec,
		"flood":  func(a []string) error { return flood(atoi(a[0])) },
		"count":  func([]string) error { n, err := io.Copy(io.Discard, os.Stdin); fmt.Println(n, "bytes"); return err },
		"trap":   probeTrap,
		"orphan": probeOrphan,
		"background": func([]string) error {
			cmd := exec.Command("/bin/probe", "sleep", "100ms")
			err := cmd.Start()
			fmt.Println(cmd.Process.Pid)
			return err
		},
		"limit":   probeLimit,
		"clocks":  probeClocks,
		"tmpfs":   func(a []string) error { return unix.Mount("none", a[0], "tmpfs", 0, "") },
		"unshare": func([]string) error { return unix.Unshare(unix.CLONE_NEWNS) },
		"euid":    func([]string) error { fmt.Println("euid", os.Geteuid()); return nil },
		"ps":      probeProcesses,
	}
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}
