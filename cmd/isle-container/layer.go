package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/tree"
	"isle/internal/image"
	"isle/internal/image/name"
	"isle/internal/image/store"
	"isle/internal/oci"
)

// layers are what a container was made of, which must be an image.
func layers(e *engine.Engine, word string) (*engine.Container, *oci.Layered, *store.Image, error) {
	box, err := e.Find(word)
	if err != nil {
		return nil, nil, nil, err
	}
	l, i, err := box.Layered()
	if err == nil && l == nil {
		err = fmt.Errorf("container %s is made from a folder, and not from an image that it could differ from", box.Request.Name)
	}
	return box, l, i, err
}

// given are paths that every container has, for what is mounted there.
var given = [...]string{"/dev", "/etc/hostname", "/etc/hosts", "/etc/mtab", "/etc/resolv.conf", "/proc", "/run", "/run/.containerenv", "/run/secrets", "/sys"}

func diff(e *engine.Engine, c *verb.Command) error {
	_, l, _, err := layers(e, c.Words[0])
	if err != nil {
		return err
	}
	list, err := tree.Changes(l.Upper, l.Lowers)
	if err != nil {
		return err
	}
	byKind := map[byte][]string{}
	for _, change := range list {
		if isGiven(change.Path) {
			continue
		}
		byKind[change.Kind] = append(byKind[change.Kind], change.Path)
		if !c.Has("format") {
			fmt.Printf("%c %s\n", change.Kind, change.Path)
		}
	}
	if format := c.Value("format"); c.Has("format") && format != "json" {
		return fmt.Errorf("'%s' is no format: that is json", format)
	} else if !c.Has("format") {
		return nil
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "     ")
	return out.Encode(struct {
		Changed []string `json:"changed,omitempty"`
		Added   []string `json:"added,omitempty"`
		Deleted []string `json:"deleted,omitempty"`
	}{byKind['C'], byKind['A'], byKind['D']})
}

func isGiven(path string) bool {
	for _, g := range given {
		if path == g {
			return true
		}
	}
	return false
}

func export(ctx context.Context, e *engine.Engine, c *verb.Command) error {
	box, err := e.Find(c.Words[0])
	if err != nil {
		return err
	}
	p, err := enter(box)
	if err != nil {
		return err
	}
	defer p.close()
	to := c.Value("output")
	if to == "" || to == "-" {
		if term.IsTerminal(1) {
			return errors.New("standard output is a terminal: name a file with --output")
		}
		return p.run(ctx, os.Stdin, os.Stdout, "export")
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".export-")
	if err != nil {
		return err
	}
	err = p.run(ctx, os.Stdin, f, "export")
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

func commit(ctx context.Context, e *engine.Engine, c *verb.Command) error {
	box, l, i, err := layers(e, c.Words[0])
	if err != nil {
		return err
	}
	config := i.Config
	config.Author = c.Value("author")
	for _, change := range c.Values("change") {
		if err := image.Change(&config.Config, change); err != nil {
			return err
		}
	}
	var names []string
	if len(c.Words) > 1 {
		n, err := name.Parse(c.Words[1])
		if err == nil && n.Digest != "" {
			err = errors.New("a digest cannot be given: it is what an image is")
		}
		if err != nil {
			return err
		}
		names = []string{n.In(name.Local).Tagged().String()}
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(tree.Layer(w, l.Upper)) }()
	lib := &image.Library{Store: e.Images}
	made, err := lib.Commit(ctx, i, r, config, store.History{CreatedBy: "isle commit " + box.Request.Name, Author: config.Author, Comment: c.Value("message")}, names...)
	r.CloseWithError(errors.New("given up"))
	if err != nil {
		return fmt.Errorf("commit container %s: %w", box.Request.Name, err)
	}
	fmt.Println(made.ID)
	return nil
}
