package containers

import (
	"errors"
	"fmt"
	"os"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/cli/containers/options"
	"isle/internal/cli/parent"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
	"isle/internal/spawn"
)

// ExecOperands is what follows the options of exec.
const ExecOperands = "[CONTAINER] COMMAND [ARG...]"

// ExecAbout is what exec is for.
const ExecAbout = `Run a program in a container that runs. With --latest or --cidfile no container is named.

The exit status is the program's, or 128+N if signal N ended it; 125 if isle failed, 126 if the program cannot be executed, 127 if it was not found.`

// ExecExample is a few lines of shell.
const ExecExample = `# A shell in it
isle exec -it web sh
# As another user, with a variable
isle exec -u www-data -e LEVEL=debug web env`

// ExecFlags is the table of options of exec.
func ExecFlags() []getopt.Option {
	const g = "Options"
	return []getopt.Option{
		value("cidfile", 0, "FILE", "take the container's ID from this file"),
		toggle("detach", 'd', "do not wait for its end"),
		{Long: "detach-keys", Arg: getopt.Required, ArgName: "KEYS", Group: g, Help: "none, which is the empty text: a program ends with the terminal that isle exec gives it"},
		{Long: "env", Short: 'e', Arg: getopt.Required, ArgName: "NAME[=VALUE]", Group: g, Help: "set a variable, or pass on the caller's"},
		{Long: "env-file", Arg: getopt.Required, ArgName: "FILE", Group: g, Help: "set the variables in FILE"},
		toggle("interactive", 'i', "keep standard input open"),
		newest,
		{Long: "preserve-fds", Arg: getopt.Required, ArgName: "N", Group: g, Help: "pass on N descriptors from 3 on"},
		toggle("privileged", 0, "with all capabilities"),
		toggle("tty", 't', "give it a terminal"),
		{Long: "user", Short: 'u', Arg: getopt.Required, ArgName: "USER[:GROUP]", Group: g, Help: "run as this user, by number or by a name of the container's own passwd"},
		{Long: "workdir", Short: 'w', Arg: getopt.Required, ArgName: "DIR", Group: g, Help: "the working directory"},
		verb.Help,
	}
}

// toggle is a switch that may be given a value, as scripts do that have it in a
// variable.
func toggle(long string, short byte, what string) getopt.Option {
	return getopt.Option{Long: long, Short: short, Arg: getopt.Optional, BareShort: true, ArgName: "BOOL", Group: group, Help: what}
}

// Exec runs a program in a container.
func Exec(prog string, args []string) int {
	v := &verb.Verb{Name: "exec", Operands: ExecOperands, About: ExecAbout, Options: ExecFlags(), Least: 1, Most: -1, Stop: true, Failed: parent.Engine.Failed}
	c, err := v.Parse(prog, args)
	if err != nil {
		if getopt.Exit(prog, err, os.Stdout, os.Stderr) == 0 {
			return 0
		}
		return parent.Engine.Failed
	}
	status, err := execute(c)
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	return status
}

func execute(c *verb.Command) (int, error) {
	e, err := engine.Open()
	if err != nil {
		return 0, err
	}
	box, words, err := where(e, c)
	if err != nil {
		return 0, err
	}
	x, err := asked(c, words)
	if err != nil {
		return 0, err
	}
	var terminal *parent.Terminal
	if x.Terminal {
		x.Size = ownSize()
		x.Console = func(outer *os.File) { terminal = parent.Relay(outer) }
	}
	if !c.On("interactive") && !x.Terminal {
		noInput()
	}
	spawn.Forward(proxied(), nil)
	cmd, err := e.Exec(box, x)
	if err != nil {
		return 0, err
	}
	if c.On("detach") {
		return 0, nil
	}
	spawn.ForwardTo(cmd.Process.Pid())
	status, err := cmd.WaitStatus(false)
	spawn.ForwardTo(0)
	if terminal != nil {
		terminal.Close()
	}
	return engine.CodeOf(status), err
}

// where is the container in which something is executed, and what that is.
func where(e *engine.Engine, c *verb.Command) (*engine.Container, []string, error) {
	name, words := c.Words[0], c.Words
	switch {
	case c.On("latest"):
		list, err := e.List()
		if err == nil && len(list) == 0 {
			err = errors.New("there are no containers")
		}
		if err != nil {
			return nil, nil, err
		}
		return list[0], words, nil
	case c.Has("cidfile"):
		id, err := os.ReadFile(c.Value("cidfile"))
		if err != nil {
			return nil, nil, fmt.Errorf("--cidfile: %w", err)
		}
		name = strings.TrimSpace(string(id))
	case len(words) == 1:
		return nil, nil, fmt.Errorf("it is not said what is to be executed: isle exec %s", ExecOperands)
	default:
		words = words[1:]
	}
	box, err := e.Find(name)
	return box, words, err
}

// asked is what the command line asks for.
func asked(c *verb.Command, words []string) (*engine.Exec, error) {
	x := &engine.Exec{Args: words, Workdir: c.Value("workdir"), User: c.Value("user"), Terminal: c.On("tty"), Privileged: c.On("privileged")}
	if c.Value("detach-keys") != "" {
		return nil, errors.New("--detach-keys: a program ends with the terminal that isle exec gives it, so that it cannot be left (isle run -d starts one that can)")
	}
	if x.Workdir != "" && !strings.HasPrefix(x.Workdir, "/") {
		return nil, fmt.Errorf("--workdir: %q is not an absolute path", x.Workdir)
	}
	if text := c.Value("preserve-fds"); text != "" {
		n, err := getopt.Uint(text, 1<<16)
		if err != nil {
			return nil, fmt.Errorf("--preserve-fds: %q is no number of descriptors", text)
		}
		x.PreserveFDs = int(n)
	}
	var err error
	if x.Env, err = options.Environment(nil, c.Values("env-file"), c.Values("env")); err != nil {
		return nil, err
	}
	return x, parent.CheckOpen(x.PreserveFDs)
}

// noInput gives this process, and who inherits it, an empty standard input.
func noInput() {
	if null, err := unix.Open(os.DevNull, unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil {
		unix.Dup3(null, 0, 0)
		unix.Close(null)
	}
}

// ownSize is the size of this process's own terminal, nil without one.
func ownSize() *specs.Box {
	size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ)
	if err != nil {
		return nil
	}
	return &specs.Box{Height: uint(size.Row), Width: uint(size.Col)}
}
