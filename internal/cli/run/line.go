package run

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"isle/internal/cli/containers"
	"isle/internal/cli/containers/options"
	"isle/internal/cli/parent"
	"isle/internal/getopt"
	"isle/internal/image/name"
	"isle/internal/image/store"
)

// line is a command line of isle run before it is known whether it is about a
// program on an island or about an image.
type line struct {
	island    []flag
	container []options.Option
	given     []setting
	operands  []string
	dashes    bool // "--" stands before the operands
}

// setting is an option that was given, by its long name.
type setting struct {
	name, value string
	given       bool // it has an argument
}

// read takes the words apart. The tables share names: what an option takes is the
// same in both, but that a switch of a container's may have a value.
func read(prog string, args []string) (*line, error) {
	l := &line{island: flags(), container: options.Table()}
	table := l.table()
	var err error
	l.operands, err = getopt.Parse(table, args, getopt.Stop, func(i int, arg string, given bool) error {
		switch table[i].Long {
		case "help":
			return getopt.Usage(prog, Operands, About, Table())
		case "version":
			return getopt.VersionAnswer(prog)
		}
		l.given = append(l.given, setting{table[i].Long, arg, given})
		return nil
	})
	before := len(args) - len(l.operands) - 1
	l.dashes = before >= 0 && args[before] == "--"
	return l, err
}

// table is the options of both, each name once.
func (l *line) table() []getopt.Option {
	var table []getopt.Option
	for _, c := range l.container {
		table = append(table, c.Option)
	}
	for _, f := range l.island {
		if i := slices.IndexFunc(table, func(o getopt.Option) bool { return o.Long == f.Long }); i < 0 {
			table = append(table, f.Option)
		} else if table[i].Arg == getopt.Required && f.Arg == getopt.Optional {
			table[i].Arg = getopt.Optional
		}
	}
	return table
}

func (l *line) ofIsland(name string) *flag {
	for i := range l.island {
		if l.island[i].Long == name {
			return &l.island[i]
		}
	}
	return nil
}

func (l *line) ofContainer(name string) *options.Option {
	for i := range l.container {
		if l.container[i].Long == name {
			return &l.container[i]
		}
	}
	return nil
}

// isImage decides what the command is about: an option that only one of the two
// has says it, then "--" before a program, then the first operand.
func (l *line) isImage() (bool, error) {
	var island, container string
	for _, s := range l.given {
		switch inIsland, inContainer := l.ofIsland(s.name) != nil, l.ofContainer(s.name) != nil; {
		case !inContainer:
			island = s.name
		case !inIsland:
			container = s.name
		}
	}
	switch {
	case island != "" && container != "":
		return false, &getopt.Error{Text: fmt.Sprintf("--%s is for programs on an island, and --%s for containers of images", island, container)}
	case container != "":
		return true, nil
	case island != "" || l.has("rootfs") || len(l.operands) == 0 || l.dashes:
		return false, nil
	}
	return meansImage(l.operands[0])
}

func (l *line) has(name string) bool {
	return slices.ContainsFunc(l.given, func(s setting) bool { return s.name == name })
}

// meansImage says whether a word is the name of an image and not of a program.
func meansImage(word string) (bool, error) {
	if strings.HasPrefix(word, "/") || strings.HasPrefix(word, "./") || strings.HasPrefix(word, "../") {
		return false, nil
	}
	_, notFound := exec.LookPath(word)
	isProgram := notFound == nil || errors.Is(notFound, exec.ErrDot)
	here, err := imageHere(word)
	if err != nil || !here {
		_, bad := name.Parse(word)
		return !isProgram && bad == nil, err
	}
	if isProgram {
		fmt.Fprintf(os.Stderr, "isle: note: %s is an image here; isle run -- %s runs the program\n", word, word)
	}
	return true, nil
}

// imageHere says whether an image is here. Most words are no image's name, which
// the list tells without being taken apart.
func imageHere(word string) (bool, error) {
	s, err := store.Open("")
	if err != nil {
		return false, nil // there is no home: then there are no images either
	}
	list, err := os.ReadFile(s.Path("index.json"))
	if err != nil {
		return false, nil // none has been fetched
	}
	bare, _, _ := strings.Cut(word, "@")
	if at := strings.LastIndexByte(bare, ':'); at > strings.LastIndexByte(bare, '/') {
		bare = bare[:at]
	}
	if !bytes.Contains(list, []byte(bare)) && !name.IsHex(word, 3, 64) {
		return false, nil
	}
	_, err = s.Find(word)
	if errors.Is(err, store.ErrUnknown) {
		return false, nil
	}
	return err == nil, err
}

// runImage runs a container.
func (l *line) runImage(prog string) int {
	o := options.New()
	for _, s := range l.given {
		if err := o.Apply(l.ofContainer(s.name), s.value, s.given); err != nil {
			return bad(prog, err)
		}
	}
	if err := o.Finish(l.operands); err != nil {
		return bad(prog, err)
	}
	return containers.Run(prog, o)
}

// bad refuses a command line.
func bad(prog string, err error) int {
	if getopt.Exit(prog, err, os.Stdout, os.Stderr) == 0 {
		return 0
	}
	return parent.Engine.Failed
}
