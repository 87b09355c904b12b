package lsns

import (
	"fmt"

	"isle/internal/getopt"
	"isle/ns"
)

func takeType(o *Options, arg string, _ bool) error {
	k, err := ns.ParseKind(arg)
	if err != nil || k.File() != arg {
		return fmt.Errorf("unknown namespace type: %s", arg)
	}
	o.Types = o.Types.With(k)
	return nil
}

func takeTask(o *Options, arg string, _ bool) error {
	n, err := getopt.Uint(arg, 1<<31-1)
	if err != nil || n == 0 {
		return fmt.Errorf("invalid PID argument: '%s'", arg)
	}
	o.Task = int(n)
	return nil
}

func takeTree(o *Options, arg string, given bool) error {
	switch {
	case !given:
		o.Tree = ByOwner
	case arg == string(ByOwner), arg == string(ByParent), arg == string(ByProcess):
		o.Tree = Tree(arg)
	default:
		return fmt.Errorf("unknown tree type: %s", arg)
	}
	return nil
}

func takePersistent(o *Options, _ string, _ bool) error  { o.Persistent = true; return nil }
func takeFilter(o *Options, arg string, _ bool) error    { o.Filter = arg; return nil }
func takeList(o *Options, _ string, _ bool) error        { o.List = true; return nil }
func takeJSON(o *Options, _ string, _ bool) error        { o.JSON = true; return nil }
func takeRaw(o *Options, _ string, _ bool) error         { o.Raw = true; return nil }
func takeNoHeadings(o *Options, _ string, _ bool) error  { o.NoHeadings = true; return nil }
func takeOutput(o *Options, arg string, _ bool) error    { o.output = arg; return nil }
func takeOutputAll(o *Options, _ string, _ bool) error   { o.outputAll = true; return nil }
func takeNoTruncate(o *Options, _ string, _ bool) error  { o.NoTruncate = true; return nil }
func takeNoWrap(o *Options, _ string, _ bool) error      { o.NoWrap = true; return nil }
func takeListColumns(o *Options, _ string, _ bool) error { o.ListColumns = true; return nil }
func takeHelp(*Options, string, bool) error              { return errHelp }
func takeVersion(*Options, string, bool) error           { return errVersion }
