package chart

import (
	"path/filepath"
	"strings"

	"isle/internal/getopt"
)

// Operands is what follows the options, as a synopsis has it.
const Operands = "[-o FILE | --web [ADDRESS]]"

// About is what the command is for.
const About = `Draw a map of this host: the islands and what they lie in, the namespaces that
they share, the links between their networks, and the namespaces that something
holds though no process is in them.

FILE's ending says what is written: a picture (.svg), a page that needs no server
(.html), data (.json) or a graph for graphviz(1) (.dot). "-" is standard output.

--web serves the map live, at ADDRESS, which is a port, a host, or both; by
default a free port at 127.0.0.1. The URL that is printed holds a token, and
works once: then only that browser may see the page.`

// Example is a few lines of shell.
const Example = `isle map -o host.svg
# Look at it in a browser, live.
isle map --web
# Take a map here, and draw it elsewhere.
isle map -o host.json
isle map --from host.json -o host.html`

// Options is a command line that has been read.
type Options struct {
	Output, Format string // Format is "" if Output's ending says it
	From           string // a saved map instead of this host
	Web            bool
	Address        string
}

// formats are what a map can be written as.
var formats = [...]string{"svg", "html", "json", "dot"}

// Flags is the table of options.
func Flags() []getopt.Option {
	return []getopt.Option{
		{Long: "output", Short: 'o', Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "write the map to FILE"},
		{Long: "format", Short: 'f', Arg: getopt.Required, ArgName: "FORMAT", Group: "Options", Help: "write svg, html, json or dot, whatever FILE's ending is"},
		{Long: "from", Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "draw a map that was written as .json, instead of this host"},
		{Long: "web", Short: 'w', Arg: getopt.Optional, ArgName: "ADDRESS", Group: "Options", Help: "serve the map live, until interrupted"},
		{Long: "help", Short: 'h', Group: "Options", Help: "print this help"},
		{Long: "version", Short: 'V', Group: "Options", Help: "print the version"},
	}
}

// Parse reads the words after the command's name. The error is for
// [getopt.Exit].
func Parse(prog string, args []string) (Options, error) {
	var o Options
	table := Flags()
	words, err := getopt.Parse(table, args, getopt.Permute, func(i int, arg string, _ bool) error {
		switch table[i].Long {
		case "output":
			o.Output = arg
		case "format":
			o.Format = arg
		case "from":
			o.From = arg
		case "web":
			o.Web, o.Address = true, arg
		case "help":
			return getopt.Usage(prog, Operands, About, table)
		default:
			return getopt.VersionAnswer(prog)
		}
		return nil
	})
	if err != nil {
		return o, err
	}
	if o.Web && o.Address == "" && len(words) == 1 {
		o.Address, words = words[0], nil
	}
	return o, o.check(words)
}

// check says what does not go together.
func (o *Options) check(words []string) error {
	switch {
	case len(words) > 0:
		return &getopt.Error{Text: "unexpected argument '" + words[0] + "'"}
	case o.Web && (o.Output != "" || o.Format != "" || o.From != ""):
		return &getopt.Error{Text: "--web goes with no other option: a saved map is opened on the page, and saved there"}
	case o.Web:
		return nil
	case o.Output == "" && o.Format == "":
		return &getopt.Error{Text: "where to? -o FILE writes the map, and --web serves it"}
	case o.Format == "":
		o.Format = strings.TrimPrefix(filepath.Ext(o.Output), ".")
	}
	for _, f := range formats {
		if o.Format == f {
			return nil
		}
	}
	if o.Format == "" {
		return &getopt.Error{Text: "--format is needed where no file's ending says what to write: svg, html, json or dot"}
	}
	return &getopt.Error{Text: "a map is svg, html, json or dot, not '" + o.Format + "'"}
}
