package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/term"

	cli "isle/internal/cli/image"
	"isle/internal/image"
	"isle/internal/image/store"
)

// save writes images into an archive or a folder.
func save(ctx context.Context, l *image.Library, c *cli.Command) error {
	list, err := toSave(l, c.Words)
	if err != nil {
		return err
	}
	to := c.Value("output")
	write := l.SaveDocker
	switch c.Value("format") {
	case "", "docker-archive":
	case "oci-archive":
		write = l.SaveLayout
	case "oci-dir":
		if to == "" {
			return errors.New("--format oci-dir needs --output, the folder to make")
		}
	default:
		return fmt.Errorf("'%s' is no format: that is docker-archive, oci-archive or oci-dir", c.Value("format"))
	}
	if to == "" && term.IsTerminal(int(os.Stdout.Fd())) {
		return errors.New("standard output is a terminal: name a file with --output")
	}
	bars := follow(l, c)
	defer bars.close()
	switch {
	case to == "":
		err = write(ctx, os.Stdout, list)
	case c.Value("format") == "oci-dir":
		err = l.SaveFolder(ctx, to, list)
	default:
		err = whole(to, func(f *os.File) error { return write(ctx, f, list) })
	}
	return err
}

// toSave are the images of words, each with the name that the word is, or with
// none if it is an ID.
func toSave(l *image.Library, words []string) (list []image.Saved, err error) {
	all, err := l.Images()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for _, word := range words {
		i, called, err := store.Choose(all, word)
		if err != nil {
			return nil, err
		}
		n, there := at[i.Digest]
		if !there {
			n = len(list)
			at[i.Digest] = n
			list = append(list, image.Saved{Image: i})
		}
		if called != "" {
			list[n].Names = append(list[n].Names, called)
		}
	}
	return list, nil
}

// whole writes a file whole or not at all; what is no ordinary file is written to
// as it is.
func whole(path string, write func(*os.File) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".save-")
	if err != nil {
		return err
	}
	err = write(f)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
