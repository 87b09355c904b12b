package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/term"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/tree"
)

// side is where something is copied from, or to.
type side interface {
	kind(path string) (tree.Kind, error)
	get(path, name string, to *os.File) error
	put(folder string, from *os.File) error
}

func cp(ctx context.Context, e *engine.Engine, c *verb.Command) error {
	source, from := split(c.Words[0])
	target, to := split(c.Words[1])
	switch {
	case source == "" && target == "":
		return errors.New("one of the two must be in a container, as CONTAINER:PATH")
	case from == "" || to == "":
		return errors.New("a path is missing after the container's name")
	}
	a, err := sideOf(ctx, e, c, source)
	if err != nil {
		return err
	}
	defer a.close()
	b := a
	if target != source {
		if b, err = sideOf(ctx, e, c, target); err != nil {
			return err
		}
		defer b.close()
	}
	switch {
	case source == "" && from == "-":
		return unpack(b, to)
	case target == "" && to == "-":
		if term.IsTerminal(1) {
			return errors.New("standard output is a terminal: send it to a file or a program")
		}
		name := filepath.Base(filepath.Clean("/" + from))
		if tree.Contents(from) || name == "/" {
			name = "."
		}
		return a.get(from, name, os.Stdout)
	}
	if source == "" {
		from, err = absolute(from)
	} else if target == "" {
		to, err = absolute(to)
	}
	if err != nil {
		return err
	}
	return transfer(a, from, b, to)
}

// absolute makes a path absolute, and leaves it its end, which means something.
func absolute(path string) (string, error) {
	abs, err := filepath.Abs(path)
	switch {
	case abs == "/":
	case tree.Contents(path):
		abs += "/."
	case strings.HasSuffix(path, "/"):
		abs += "/"
	}
	return abs, err
}

// closing is a side that holds something.
type closing struct {
	side
	close func()
}

func sideOf(ctx context.Context, e *engine.Engine, c *verb.Command, name string) (closing, error) {
	archive := c.Value("archive") == "" || c.On("archive")
	if name == "" {
		return closing{&host{ctx, archive, c.Has("overwrite")}, func() {}}, nil
	}
	box, err := e.Find(name)
	if err != nil {
		return closing{}, err
	}
	p, err := enter(box)
	if err != nil {
		return closing{}, err
	}
	user, err := userOf(box)
	if !archive {
		user = keep
	}
	return closing{&inside{ctx, p, user, c.Has("overwrite")}, p.close}, err
}

// userOf is the user that the container's program runs as.
func userOf(box *engine.Container) (string, error) {
	if box.Request.User != "" {
		return box.Request.User, nil
	}
	_, i, err := box.Layered()
	if i == nil || err != nil {
		return "", err
	}
	return i.Config.Config.User, nil
}

// unpack unpacks an archive on standard input.
func unpack(b side, folder string) error {
	kind, err := b.kind(folder)
	if err == nil && kind != tree.Folder {
		err = fmt.Errorf("%s is not a folder, which an archive is unpacked in", folder)
	}
	if err != nil {
		return err
	}
	return b.put(folder, os.Stdin)
}

// transfer copies from one side to the other.
func transfer(a side, from string, b side, to string) error {
	is, err := a.kind(from)
	switch {
	case err != nil:
		return err
	case is == tree.None:
		return &os.PathError{Op: "copy", Path: from, Err: os.ErrNotExist}
	case is != tree.Folder && (strings.HasSuffix(from, "/") || tree.Contents(from)):
		return fmt.Errorf("%s is not a folder", from)
	}
	there, err := b.kind(to)
	if err != nil {
		return err
	}
	folder, name, err := tree.Place(from, is, to, there)
	if err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	got := make(chan error, 1)
	go func() {
		err := a.get(from, name, w)
		w.Close()
		got <- err
	}()
	err = b.put(folder, r)
	r.Close()
	if gotErr := <-got; err == nil || gotErr == errSaid {
		err = gotErr
	}
	return err
}

// host is the caller's own files, by absolute paths.
type host struct {
	ctx                context.Context
	archive, overwrite bool
}

func (h *host) root() (tree.Root, func() error, error) {
	f, err := os.Open("/")
	if err != nil {
		return 0, nil, err
	}
	return tree.Root(f.Fd()), f.Close, nil
}

func (h *host) kind(path string) (tree.Kind, error) {
	root, done, err := h.root()
	if err != nil {
		return tree.None, err
	}
	defer done()
	return root.Kind(path)
}

func (h *host) get(path, name string, to *os.File) error {
	root, done, err := h.root()
	if err != nil {
		return err
	}
	defer done()
	return write(root, path, name, to)
}

func (h *host) put(folder string, from *os.File) error {
	root, done, err := h.root()
	if err != nil {
		return err
	}
	defer done()
	var owner *tree.Owner
	if h.archive {
		owner = &tree.Owner{UID: os.Geteuid(), GID: os.Getegid()}
	}
	return tree.Put(h.ctx, root, folder, from, owner, h.overwrite)
}

// inside is a container's files.
type inside struct {
	ctx       context.Context
	place     *place
	user      string
	overwrite bool
}

func (s *inside) kind(path string) (tree.Kind, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return tree.None, err
	}
	defer r.Close()
	err = s.place.run(s.ctx, os.Stdin, w, "kind", path)
	w.Close()
	if err != nil {
		return tree.None, err
	}
	var answer [1]byte
	_, err = io.ReadFull(r, answer[:])
	return tree.Kind(answer[0]), err
}

func (s *inside) get(path, name string, to *os.File) error {
	return s.place.run(s.ctx, os.Stdin, to, "get", path, name)
}

func (s *inside) put(folder string, from *os.File) error {
	return s.place.run(s.ctx, from, os.Stdout, "put", folder, s.user, strconv.FormatBool(s.overwrite))
}
