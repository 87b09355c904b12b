package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	cli "isle/internal/cli/image"
	"isle/internal/image"
	"isle/internal/image/name"
	"isle/internal/image/registry"
)

// client is how the command speaks to registries.
func client(c *cli.Command) (*registry.Client, error) {
	root := hostRoot()
	config, err := registry.ReadConfig(root)
	if err != nil {
		return nil, err
	}
	r := &registry.Client{Config: config, AuthFiles: registry.AuthFiles(c.Value("authfile"), root)}
	if c.Has("tls-verify") {
		verify := true
		if s := c.Value("tls-verify"); s != "" {
			if verify, err = strconv.ParseBool(s); err != nil {
				return nil, fmt.Errorf("--tls-verify takes true or false, not '%s'", s)
			}
		}
		r.TLSVerify = &verify
	}
	if c.Has("creds") {
		user, password, found := strings.Cut(c.Value("creds"), ":")
		if !found {
			if password, err = askPassword(); err != nil {
				return nil, err
			}
		}
		r.Given = &registry.Credentials{User: user, Password: password}
	}
	return r, nil
}

// hostRoot says whether this is the host's root, and not an ordinary user in a
// user namespace.
func hostRoot() bool {
	return os.Geteuid() == 0 && !(len(os.Args) > 1 && strings.HasPrefix(os.Args[1], inside))
}

// pull fetches images, as many of those named as it can.
func pull(ctx context.Context, l *image.Library, c *cli.Command) error {
	r, err := client(c)
	if err != nil {
		return err
	}
	want, err := wanted(c)
	if err != nil {
		return err
	}
	var failed error
	for _, word := range c.Words {
		n, err := name.Parse(word)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		bars := follow(l, c)
		i, err := l.Pull(ctx, r, n, want)
		bars.close()
		if err == nil && (i.Config.OS != want.OS || i.Config.Architecture != want.Architecture) {
			fmt.Fprintf(os.Stderr, "note: %s is an image for %s/%s only, not for %s\n", n, i.Config.OS, i.Config.Architecture, want)
		}
		switch {
		case err != nil:
			failed = errors.Join(failed, fmt.Errorf("pull %w", err))
		case c.Has("quiet"):
			fmt.Println(i.Digest)
		default:
			fmt.Println(strings.TrimPrefix(i.ID, "sha256:"))
		}
	}
	return failed
}

// push sends an image to a registry.
func push(ctx context.Context, l *image.Library, c *cli.Command) error {
	r, err := client(c)
	if err != nil {
		return err
	}
	i, err := l.Find(c.Words[0])
	if err != nil {
		return err
	}
	to := c.Words[len(c.Words)-1]
	n, err := name.Parse(to)
	if err != nil {
		return err
	}
	if n.Registry == "" { // the name by which it was found
		if len(c.Words) == 2 || len(i.Names) == 0 {
			n = n.In(name.Hub)
		} else if n, err = name.Parse(i.Names[0]); err != nil {
			return err
		}
	}
	bars := follow(l, c)
	err = l.Push(ctx, r, i, n)
	bars.close()
	if err != nil {
		return fmt.Errorf("push %s: %w", n, err)
	}
	if file := c.Value("digestfile"); file != "" {
		if err := os.WriteFile(file, []byte(i.Digest), 0o644); err != nil {
			return err
		}
	}
	if c.Has("quiet") {
		fmt.Println(i.Digest)
		return nil
	}
	fmt.Println(n.Repository() + "@" + i.Digest)
	return nil
}
