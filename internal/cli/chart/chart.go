package chart

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"isle/internal/atlas"
	"isle/internal/draw"
	"isle/internal/getopt"
	"isle/internal/page"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		return getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	if o.Web {
		err = serve(o.Address)
	} else {
		err = o.draw()
	}
	if err != nil {
		getopt.Fail(prog, err, os.Stderr)
		return 1
	}
	return 0
}

// draw writes a map of this host, or one that was saved.
func (o *Options) draw() error {
	m, err := o.take()
	if err != nil {
		return err
	}
	if o.From == "" && m.Hidden > 0 {
		fmt.Fprintf(os.Stderr, "note: the namespaces of %d processes may not be looked into by this user, and are not on the map\n", m.Hidden)
	}
	write := func(w io.Writer) error { return o.write(w, m) }
	if o.Output == "" || o.Output == "-" {
		return write(os.Stdout)
	}
	return whole(o.Output, write)
}

func (o *Options) take() (*atlas.Map, error) {
	if o.From == "" {
		m, _, err := new(atlas.Survey).Map()
		return m, err
	}
	f, err := os.Open(o.From)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := atlas.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.From, err)
	}
	return m, nil
}

func (o *Options) write(w io.Writer, m *atlas.Map) error {
	switch o.Format {
	case "html":
		return page.File(w, m)
	case "dot":
		return draw.DOT(w, m)
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(m)
	}
	return draw.SVG(w, m, draw.Options{})
}
