package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	cli "isle/internal/cli/image"
	"isle/internal/image"
	"isle/internal/image/name"
	"isle/internal/image/store"
)

// importRoot makes an image of the archive of a root file system.
func importRoot(ctx context.Context, l *image.Library, c *cli.Command) error {
	names, err := localName(c.Words[1:])
	if err != nil {
		return err
	}
	want, err := wanted(c)
	if err != nil {
		return err
	}
	config := store.Config{OS: want.OS, Architecture: want.Architecture, Variant: want.Variant}
	for _, change := range c.Values("change") {
		if err := image.Change(&config.Config, change); err != nil {
			return err
		}
	}
	r, size, err := input(c.Words[0])
	if err != nil {
		return fmt.Errorf("import %s: %w", c.Words[0], err)
	}
	defer r.Close()
	bars := follow(l, c)
	i, err := l.Import(ctx, r, size, config, c.Value("message"), names...)
	bars.close()
	if err != nil {
		return fmt.Errorf("import %s: %w", nameOf(c.Words[0]), err)
	}
	fmt.Println(i.ID)
	return nil
}

// localName is the name that an image of this host gets, if any.
func localName(words []string) ([]string, error) {
	if len(words) == 0 {
		return nil, nil
	}
	n, err := name.Parse(words[0])
	if err == nil && n.Digest != "" {
		err = errors.New("a digest cannot be given: it is what an image is")
	}
	return []string{n.In(name.Local).Tagged().String()}, err
}

// input opens a file, or standard input for "-" and nothing, and its size if
// that is known.
func input(path string) (io.ReadCloser, int64, error) {
	if path == "" || path == "-" {
		if term.IsTerminal(int(os.Stdin.Fd())) {
			return nil, 0, errors.New("standard input is a terminal: name a file")
		}
		return io.NopCloser(os.Stdin), 0, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, errors.Unwrap(err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		return f, 0, nil
	}
	return f, info.Size(), err
}
