package oci

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/container"
	"isle/internal/getopt"
	"isle/ns"
	"isle/sandbox"
)

// global are the options before the verb.
type global struct {
	store    container.Store
	systemd  bool
	nobody   bool // makes cgroups
	rootless bool
	debug    bool
	logFile  string
	logJSON  bool

	criuProgram string
}

const globalGroup = "Options before the verb"

// Flags is the table of options before the verb.
func Flags() []getopt.Option {
	return []getopt.Option{
		{Long: "root", Arg: getopt.Required, ArgName: "DIR", Group: globalGroup, Help: "keep the state of containers in DIR"},
		{Long: "log", Arg: getopt.Required, ArgName: "FILE", Group: globalGroup, Help: "append messages to FILE too"},
		{Long: "log-format", Arg: getopt.Required, ArgName: "FORMAT", Group: globalGroup, Help: "write it as text or json"},
		{Long: "log-level", Arg: getopt.Required, ArgName: "LEVEL", Group: globalGroup, Help: "write messages of this level and above: debug, warning, error"},
		{Long: "debug", Arg: getopt.Optional, ArgName: "BOOL", Group: globalGroup, Help: "write messages of all levels"},
		{Long: "systemd-cgroup", Arg: getopt.Optional, ArgName: "BOOL", Group: globalGroup, Help: "have systemd make cgroups"},
		{Long: "cgroup-manager", Arg: getopt.Required, ArgName: "MANAGER", Group: globalGroup, Help: "have cgroups made by cgroupfs, systemd or nobody (disabled)"},
		{Long: "rootless", Arg: getopt.Optional, ArgName: "BOOL", Group: globalGroup, Help: "ask for nothing that root alone may do: true, false or auto"},
		{Long: "criu", Arg: getopt.Required, ArgName: "FILE", Group: globalGroup, Help: "the program criu; by default the one in PATH"},
		{Long: "help", Short: 'h', Group: globalGroup, Help: "print this help"},
		{Long: "version", Short: 'v', Group: globalGroup, Help: "print the version"},
	}
}

func parseGlobal(prog string, args []string) (g global, words []string, err error) {
	table := Flags()
	// Engines of ordinary users start the runtime as root of a user namespace.
	g.rootless = os.Geteuid() != 0 || !ns.InInitial(ns.User)
	g.store = container.DefaultStore()
	words, err = getopt.Parse(table, args, getopt.Stop, func(i int, arg string, given bool) error {
		on := !given || arg != "false"
		switch table[i].Long {
		case "root":
			g.store.Dir = arg
		case "log":
			g.logFile = arg
		case "log-format":
			g.logJSON = arg == "json"
			if arg != "json" && arg != "text" {
				return fmt.Errorf("unknown format '%s' of the log: it is text or json", arg)
			}
		case "log-level":
			g.debug = arg == "debug"
		case "debug":
			g.debug = on
		case "systemd-cgroup":
			g.systemd = on
		case "cgroup-manager":
			g.systemd, g.nobody = arg == "systemd", arg == "disabled"
			if !g.systemd && !g.nobody && arg != "cgroupfs" {
				return fmt.Errorf("unknown manager '%s' of cgroups: it is cgroupfs, systemd or disabled", arg)
			}
		case "rootless":
			if given && arg != "auto" {
				g.rootless = arg == "true"
			}
		case "criu":
			g.criuProgram = arg
		case "help":
			return usage(prog)
		case "version":
			return version()
		}
		return nil
	})
	return g, words, err
}

// version is what engines read: the runtime and the specification.
func version() error {
	return getopt.Answer("isle version " + getopt.Version + "\nspec: " + specs.Version + "\n")
}

// fail says what failed, to people and to the engine, and returns the status.
func (c *call) fail(err error) int {
	text, lines := message(err), explanation(err)
	c.log("error", oneLine(text, lines))
	fmt.Fprintf(os.Stderr, "isle: %s\n", text)
	for _, line := range lines {
		fmt.Fprintln(os.Stderr, line)
	}
	if c.verb.name == "exec" {
		return 255
	}
	return 1
}

// explanation is why it failed and what would help, where isle can tell.
func explanation(err error) []string {
	var explained interface{ Explain() []string }
	if !errors.As(err, &explained) {
		return nil
	}
	return explained.Explain()
}

// oneLine is a message with its explanation for the log: of what stands there,
// engines show their users the last error, and some of them only one line of it.
func oneLine(text string, lines []string) string {
	for _, line := range lines {
		between := "; "
		if strings.HasPrefix(line, "   ") { // goes on where the line before ended
			between = " "
		}
		text += between + strings.Join(strings.Fields(line), " ")
	}
	return text
}

// message is an error in words that engines know: by them they tell a program
// that is not there from a failure of the runtime.
func message(err error) string {
	var step *sandbox.StepError
	if !errors.As(err, &step) || !step.Exec {
		return err.Error()
	}
	program := strings.TrimPrefix(step.Doing, "failed to execute ")
	switch {
	case errors.Is(step.Errno, os.ErrNotExist) && !strings.Contains(program, "/"):
		return fmt.Sprintf("exec: %q: executable file not found in $PATH: no such file or directory", program)
	default:
		return fmt.Sprintf("exec: %q: %v", program, step.Errno)
	}
}

// log appends a message to the log that the engine reads. A fifo that nobody
// reads from, or that is full, is passed over: nothing is to wait for it.
func (c *call) log(level, text string) {
	if c.logFile == "" {
		return
	}
	fd, err := unix.Open(c.logFile, unix.O_WRONLY|unix.O_APPEND|unix.O_CREAT|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0o644)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	now := time.Now().Format(time.RFC3339)
	if !c.logJSON {
		unix.Write(fd, fmt.Appendf(nil, "time=%q level=%s msg=%q\n", now, level, text))
		return
	}
	line, err := json.Marshal(struct {
		Level string `json:"level"`
		Text  string `json:"msg"`
		Time  string `json:"time"`
	}{level, text, now})
	if err == nil {
		unix.Write(fd, append(line, '\n'))
	}
}

// warn tells of what does not stop the verb.
func (c *call) warn(err error) {
	if err == nil {
		return
	}
	c.log("warning", message(err))
	if c.debug || c.logFile == "" {
		fmt.Fprintf(os.Stderr, "isle: warning: %s\n", message(err))
	}
}
