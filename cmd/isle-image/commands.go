package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	cli "isle/internal/cli/image"
	"isle/internal/cli/show"
	"isle/internal/image"
	"isle/internal/image/store"
)

// wanted is the platform that the command asks for.
func wanted(c *cli.Command) (image.Platform, error) {
	if !c.Has("platform") {
		return image.Here(), nil
	}
	return image.ParsePlatform(c.Value("platform"))
}

// load loads an archive, or a layout in a folder.
func load(ctx context.Context, l *image.Library, c *cli.Command) error {
	want, err := wanted(c)
	if err != nil {
		return err
	}
	bars := follow(l, c)
	list, err := loadFrom(ctx, l, c.Value("input"), want)
	bars.close()
	if err != nil {
		return fmt.Errorf("load %s: %w", nameOf(c.Value("input")), err)
	}
	for _, i := range list {
		if c.Has("quiet") {
			fmt.Println(i.Digest)
			continue
		}
		for _, name := range i.Names {
			fmt.Println("Loaded image:", name)
		}
		if len(i.Names) == 0 {
			fmt.Println("Loaded image:", i.ID)
		}
	}
	return nil
}

func nameOf(input string) string {
	if input == "" || input == "-" {
		return "from standard input"
	}
	return input
}

func loadFrom(ctx context.Context, l *image.Library, path string, want image.Platform) ([]*store.Image, error) {
	if info, err := os.Stat(path); path != "-" && err == nil && info.IsDir() {
		return l.LoadDir(ctx, path, want)
	}
	r, _, err := input(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return l.Load(ctx, r, want)
}

// remove removes images, as many of those named as it can.
func remove(ctx context.Context, l *image.Library, c *cli.Command) error {
	words := c.Words
	if c.Has("all") == (len(words) > 0) {
		return errors.New("name images, or give --all")
	}
	if c.Has("all") {
		list, err := l.Images()
		if err != nil {
			return err
		}
		for _, i := range list {
			words = append(words, i.Digest)
		}
	}
	var failed error
	for _, word := range words {
		r, err := l.Remove(ctx, word, c.Has("force") || c.Has("all"))
		if errors.Is(err, store.ErrUnknown) && c.Has("ignore") {
			continue
		}
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		for _, name := range r.Untagged {
			fmt.Println("Untagged:", name)
		}
		if r.Removed != nil {
			fmt.Println("Deleted:", strings.TrimPrefix(r.Removed.ID, "sha256:"))
		}
	}
	if _, err := l.Collect(); err != nil && !errors.Is(err, store.ErrBusy) && !errors.Is(err, os.ErrNotExist) {
		failed = errors.Join(failed, err)
	}
	return failed
}

// prune removes images without a name, or all, and what no image needs.
func prune(ctx context.Context, l *image.Library, c *cli.Command) error {
	if !c.Has("force") && !agreed(c.Has("all")) {
		return nil
	}
	list, err := l.Images()
	if err != nil {
		return err
	}
	pins, err := l.Pins()
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, digest := range pins {
		used[digest] = true
	}
	for _, i := range list {
		if used[i.Digest] || len(i.Names) > 0 && !c.Has("all") {
			continue
		}
		if _, err := l.Remove(ctx, i.Digest, len(i.Names) > 1); err != nil {
			return err
		}
		fmt.Println("Deleted:", strings.TrimPrefix(i.ID, "sha256:"))
	}
	freed, err := l.CollectAll(ctx)
	fmt.Println("Total reclaimed space:", show.Size(freed))
	return err
}

func agreed(all bool) bool {
	what := "images without a name"
	if all {
		what = "images that no container has"
	}
	fmt.Fprintf(os.Stderr, "This removes all %s, and content that no image needs. Go on? [y/N] ", what)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}
