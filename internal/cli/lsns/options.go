package lsns

import (
	"fmt"
	"strconv"

	"isle/internal/getopt"
	"isle/ns"
)

// Options is a command line that has been read and found consistent.
type Options struct {
	Types      ns.Set // to be listed; 0: all
	Task       int    // only what this process is in; 0: all
	Namespace  uint64 // list the processes in it; 0: list namespaces
	Persistent bool   // only namespaces without a process
	Filter     string

	Tree    Tree
	List    bool
	Columns []Column
	JSON    bool
	Raw     bool

	NoHeadings, NoTruncate, NoWrap bool
	ListColumns                    bool

	output    string
	outputAll bool
}

// Tree says which row is below which.
type Tree string

// The trees.
const (
	ByProcess Tree = "process" // the process of a row is a child of the other's
	ByOwner   Tree = "owner"
	ByParent  Tree = "parent"
)

// problem is an error without more to say than its text.
type problem string

func (p problem) Error() string { return string(p) }

const (
	errHelp    problem = "help"
	errVersion problem = "version"
)

// Parse reads the words after the command's name. The error is for
// [getopt.Exit]: it may be the answer to --help or --version, with prog as the
// command's name.
func Parse(prog string, args []string) (Options, error) {
	var o Options
	table := Flags()
	operands, err := getopt.Parse(table, args, getopt.Permute, func(i int, arg string, given bool) error {
		return flags[i].take(&o, arg, given)
	})
	switch err {
	case nil:
		err = o.check(operands)
	case errHelp:
		err = getopt.Usage(prog, Operands, About, table)
	case errVersion:
		err = getopt.VersionAnswer(prog)
	}
	return o, err
}

// check refuses what does not go together, and chooses the columns.
func (o *Options) check(operands []string) error {
	switch {
	case o.JSON && o.Raw:
		return problem("options --json and --raw cannot be combined")
	case o.Persistent && o.Task != 0:
		return problem("options --persistent and --task cannot be combined")
	case len(operands) > 1:
		return &getopt.Error{}
	case len(operands) == 1:
		n, err := strconv.ParseUint(operands[0], 10, 64)
		if err != nil || n == 0 {
			return fmt.Errorf("invalid namespace argument: '%s'", operands[0])
		}
		if o.Namespace = n; o.Task != 0 {
			return problem("--task is mutually exclusive with <namespace>")
		}
	}
	if o.Raw {
		o.NoWrap = true
	}
	if o.Tree == "" {
		o.Tree = ByProcess
		o.List = o.List || o.outputAll // as util-linux has it
	}
	return o.columns()
}

// usual are the columns that are shown unless others are asked for.
func (o *Options) usual() []Column {
	switch {
	case o.Namespace != 0:
		return []Column{PID, PPID, User, Command}
	case o.Types.Has(ns.Net):
		return []Column{NS, Type, NProcs, PID, User, NetNSID, NSFS, Command}
	}
	return []Column{NS, Type, NProcs, PID, User, Command}
}

// mostColumns is what util-linux has room for.
const mostColumns = 25

const errTooManyColumns problem = "too many columns specified, the limit is 25 columns"

func (o *Options) columns() error {
	list := o.output
	switch {
	case o.outputAll:
		o.Columns = allColumns()
	case list != "" && list[0] == '+':
		o.Columns, list = o.usual(), list[1:]
	case list == "":
		o.Columns = o.usual()
	}
	if list == "" || o.outputAll {
		return nil
	}
	more, err := ParseColumns(list)
	if err != nil {
		return err
	}
	if o.Columns = append(o.Columns, more...); len(o.Columns) > mostColumns {
		return errTooManyColumns
	}
	return nil
}
