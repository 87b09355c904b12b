package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	cli "isle/internal/cli/image"
	"isle/internal/image"
	"isle/internal/image/name"
	"isle/internal/image/registry"
)

// host is the registry that login and logout are about.
func host(c *cli.Command) (string, error) {
	if len(c.Words) == 0 {
		return name.Hub, nil
	}
	h := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Words[0], "https://"), "http://"), "/")
	n, err := name.Parse(h + "/x")
	if err != nil || n.Registry == "" {
		return "", fmt.Errorf("'%s' is no registry: that is HOST[:PORT]", c.Words[0])
	}
	return n.Registry, nil
}

// login has a registry check credentials, and keeps them.
func login(ctx context.Context, _ *image.Library, c *cli.Command) error {
	at, err := host(c)
	if err != nil {
		return err
	}
	r, err := client(c)
	if err != nil {
		return err
	}
	known, err := registry.Look(ctx, r.AuthFiles, at, "")
	if err != nil {
		return err
	}
	if c.Has("get-login") {
		if known == nil {
			return fmt.Errorf("no credentials for %s", at)
		}
		fmt.Println(known.User)
		return nil
	}
	given, err := askCredentials(c, known)
	if err != nil {
		return err
	}
	r.Given = given
	if err := r.Check(ctx, at); err != nil {
		return fmt.Errorf("log in to %s: %w", at, err)
	}
	key := at
	if at == name.Hub {
		key = "docker.io"
	}
	if err := registry.Save(ctx, r.AuthFiles[0], key, *given); err != nil {
		return fmt.Errorf("keep the credentials: %w", err)
	}
	fmt.Println("Login Succeeded!")
	return nil
}

// askCredentials asks for what the options do not say.
func askCredentials(c *cli.Command, known *registry.Credentials) (*registry.Credentials, error) {
	given := &registry.Credentials{User: c.Value("username"), Password: c.Value("password")}
	if c.Has("password") && c.Has("password-stdin") {
		return nil, errors.New("--password and --password-stdin cannot both be given")
	}
	if c.Has("password-stdin") {
		if given.User == "" {
			return nil, errors.New("--password-stdin needs --username")
		}
		data, err := io.ReadAll(io.LimitReader(os.Stdin, 64<<10))
		given.Password = strings.TrimRight(string(data), "\r\n")
		return given, err
	}
	if given.User == "" {
		hint := ""
		if known != nil && known.User != "" {
			hint = " (" + known.User + ")"
		}
		fmt.Fprintf(os.Stderr, "Username%s: ", hint)
		line, err := bufio.NewReader(io.LimitReader(os.Stdin, 4096)).ReadString('\n')
		if given.User = strings.TrimSpace(line); given.User == "" && known != nil {
			given.User = known.User
		}
		if given.User == "" {
			return nil, errors.Join(errors.New("no user's name was given"), ignoreEnd(err))
		}
	}
	if !c.Has("password") {
		var err error
		if given.Password, err = askPassword(); err != nil {
			return nil, err
		}
	}
	return given, nil
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// askPassword reads a password from the terminal, which does not show it.
func askPassword() (string, error) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return "", errors.New("no terminal to ask for the password at: use --password-stdin")
	}
	fmt.Fprint(os.Stderr, "Password: ")
	password, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	return string(password), err
}

// logout forgets credentials.
func logout(ctx context.Context, _ *image.Library, c *cli.Command) error {
	files := registry.AuthFiles(c.Value("authfile"), hostRoot())
	key, err := host(c)
	if err != nil {
		return err
	}
	if c.Has("all") {
		key = ""
	}
	known, err := registry.Forget(ctx, files[0], key)
	switch {
	case err != nil:
		return err
	case c.Has("all"):
		fmt.Println("Removed login credentials for all registries")
	case !known:
		return fmt.Errorf("not logged in to %s: %s has no credentials for it", key, files[0])
	default:
		fmt.Println("Removed login credentials for", key)
	}
	return nil
}
