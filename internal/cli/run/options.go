package run

import (
	"fmt"
	"strconv"

	"isle/internal/cli/containers/options"
	"isle/internal/cli/review"
	"isle/internal/getopt"
	"isle/internal/plan"
	"isle/ns"
	"isle/sandbox"
)

// Options is a command line of isle run.
type Options struct {
	Command []string

	Share ns.Set
	Join  []sandbox.Namespace

	RootFS, Keep string
	ReadOnly     bool
	Mounts       []sandbox.Mount

	Review     bool
	ReviewName string
	Ending     review.Ending

	Env        []string // NAME=value, or NAME to take it from the caller
	EnvFiles   []string
	Dir        string
	User       string
	UIDMap     []sandbox.IDMap
	GIDMap     []sandbox.IDMap
	Host       string
	Domain     string
	CapAdd     []string
	CapDrop    []string
	NewPrivs   bool // gaining privileges is allowed
	Seccomp    string
	ReadPaths  []string
	WritePaths []string
	Rlimits    []sandbox.Rlimit
	Monotonic  *int64
	Boottime   *int64

	Init, DieWithParent bool
	Terminal            *bool // nil: if isle has one
	PreserveFDs         int

	DryRun plan.Form // empty: no
}

// flag is an option and what it does to Options.
type flag struct {
	getopt.Option
	set func(o *Options, arg string) error
}

// Parse reads the words after "run" of a command line that is about a program. The
// error is a getopt.Answer for --help and --version.
func Parse(prog string, args []string) (*Options, error) {
	l, err := read(prog, args)
	if err != nil {
		return &Options{}, err
	}
	return l.options()
}

// options is what the command line says of an island.
func (l *line) options() (*Options, error) {
	o := &Options{Command: l.operands}
	for _, s := range l.given {
		f := l.ofIsland(s.name)
		if f == nil {
			return o, &getopt.Error{Text: "--" + s.name + " is for containers of images"}
		}
		if f.Arg == getopt.None && s.given {
			on, err := strconv.ParseBool(s.value)
			if err != nil {
				return o, fmt.Errorf("--%s: %q is neither true nor false", s.name, s.value)
			}
			if !on {
				continue
			}
		}
		if err := f.set(o, s.value); err != nil {
			return o, err
		}
	}
	return o, o.checkReview()
}

// Table is the command's options, for help, man page and completion.
func Table() []getopt.Option { return (&line{island: flags(), container: options.Table()}).table() }

// Operands is what follows the options.
const Operands = "[IMAGE|[--] COMMAND] [ARG...]"

// About is what the command is for.
const About = `Run COMMAND, or a shell, on an island of its own: in new mount, PID, network, IPC, UTS, cgroup and time namespaces, and in a user namespace if that is needed, with a root of its own, few capabilities, no way to gain privileges and a filter for system calls. Or run a container of IMAGE, with the options, defaults and exit codes of podman and docker.

The first word is COMMAND if "--" comes before it, or an option that only islands have; IMAGE if there is an option that only containers have, such as -d, --rm or --name. Else it is an image if one of that name is here, a program if the host has it or it begins with / or ./, and otherwise an image, which is fetched. Where both are here isle says so. --rootfs DIR alone makes an island; with an option of containers it is a container of the files in DIR.

Without --rootfs an island has the host's own files, seen through an overlay: what is written vanishes with the island. With --review it is kept: when COMMAND has ended, isle lists what it created, changed and deleted, and applies all, some or none of it to the real files.

The exit status is the program's, or 128+N if signal N ended it; 125 if isle failed, 126 if the program cannot be executed, 127 if it was not found.`

// Example is a few lines of shell.
const Example = `# A shell on the host's own files; nothing it writes stays
isle run
# A program in the root file system that docker export wrote, as an ordinary user
isle run --rootfs alpine.tar -u nobody id
# A program that changes files, and a look at what it changed before anything is real
isle run --review -- make install
# A container in the background, and one for a single command
isle run -d --name web -m 512m -v www:/www:ro httpd:2
isle run --rm -it alpine sh
# What would be done
isle run --dry-run --rootfs ./root -v "$PWD:/src:ro" make -C /src`
