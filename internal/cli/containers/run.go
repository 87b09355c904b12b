package containers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/term"

	"isle/internal/beside"
	"isle/internal/cli/containers/options"
	"isle/internal/cli/parent"
	"isle/internal/engine"
	"isle/internal/engine/logs"
	"isle/internal/engine/setup"
	"isle/internal/image/store"
)

// Run makes a container of an image and starts it. The exit status is that of its
// program unless it is to stay in the background.
func Run(prog string, o *options.Options) int {
	e, err := engine.Open()
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	if o.DryRun != "" {
		return dryRun(prog, e, o)
	}
	if err := parent.CheckOpen(o.PreserveFDs); err != nil {
		return parent.Engine.Report(prog, err)
	}
	c, err := create(e, o)
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	status, err := launch(prog, e, c, o)
	if err != nil {
		status = failed(prog, err)
		if c.Request.Remove {
			e.Remove(c, true)
		}
	}
	return status
}

// launch starts a container that has just been made.
func launch(prog string, e *engine.Engine, c *engine.Container, o *options.Options) (int, error) {
	switch {
	case o.Detach:
		if _, err := startMonitored(e, c, nil); err != nil {
			return 0, err
		}
		fmt.Println(c.Request.ID)
		return 0, nil
	case plain(e, c, o):
		return direct(prog, e, c, o.PreserveFDs), nil
	case o.PreserveFDs > 0:
		return 0, errors.New("--preserve-fds: isle is at a terminal, or the container is one that somebody else has to hold")
	}
	cl, err := newClient(&c.Request, nil)
	if err != nil {
		return 0, err
	}
	cl.whole, cl.proxy = true, o.SigProxy && !c.Request.Terminal
	if o.Attach != nil {
		has := func(stream string) bool { return slices.Contains(o.Attach, stream) }
		cl.stdin, cl.stdout, cl.stderr = cl.stdin && has("stdin"), has("stdout"), has("stderr")
	}
	return startMonitored(e, c, cl)
}

// plain says that nobody is needed to hold the container: it is removed when it
// has ended, so that its output is for this command only, and nothing is at a
// terminal.
func plain(e *engine.Engine, c *engine.Container, o *options.Options) bool {
	r := &c.Request
	if !r.Remove || r.Terminal || r.Restart != "" && r.Restart != "no" || r.Timeout > 0 || o.Attach != nil || !o.SigProxy || r.Log.Driver != "" && r.Log.Driver != logs.None {
		return false
	}
	for fd := range 3 {
		if term.IsTerminal(fd) {
			return false
		}
	}
	check, err := e.Health(c)
	return check == nil && err == nil
}

// Create makes a container, and says its ID.
func Create(prog string, o *options.Options) int {
	e, err := engine.Open()
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	if o.DryRun != "" {
		return dryRun(prog, e, o)
	}
	c, err := create(e, o)
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	for _, note := range setup.PassedOver(&c.Request) {
		fmt.Fprintln(os.Stderr, "isle: note:", note)
	}
	fmt.Println(c.Request.ID)
	return 0
}

// create makes a container, and fetches its image if that is to be.
func create(e *engine.Engine, o *options.Options) (*engine.Container, error) {
	if o.CIDFile != "" {
		if _, err := os.Lstat(o.CIDFile); err == nil {
			return nil, fmt.Errorf("--cidfile %s: the file is there already, of another container perhaps", o.CIDFile)
		}
	}
	r := &o.Request
	if o.Replace && r.Name != "" {
		if err := removeNamed(e, r.Name); err != nil {
			return nil, err
		}
	}
	if r.Image.RootFS == "" && (o.Pull == "always" || o.Pull == "newer") {
		if err := pull(o); err != nil && !(o.Pull == "newer" && isHere(e, r.Image.Name)) {
			return nil, err
		}
	}
	c, err := e.Create(context.Background(), r)
	if errors.Is(err, store.ErrUnknown) && o.Pull != "never" && r.Image.RootFS == "" {
		if err = pull(o); err == nil {
			c, err = e.Create(context.Background(), r)
		}
	}
	if err != nil {
		return nil, err
	}
	if o.CIDFile != "" {
		if err := os.WriteFile(o.CIDFile, []byte(r.ID), 0o644); err != nil {
			e.Remove(c, true)
			return nil, fmt.Errorf("--cidfile: %w", err)
		}
	}
	return c, nil
}

func removeNamed(e *engine.Engine, name string) error {
	c, err := e.Find(name)
	if errors.Is(err, engine.ErrUnknown) {
		return nil
	}
	if err == nil {
		err = e.Remove(c, true)
	}
	return err
}

func isHere(e *engine.Engine, name string) bool {
	_, err := e.Images.Find(name)
	return err == nil
}

// pull has the image fetched, by the program that isle pull is.
func pull(o *options.Options) error {
	const helper = "isle-image"
	path := beside.Find(helper)
	if path == "" {
		return fmt.Errorf("image %s is not here, and %s neither, which fetches images: make build puts it beside isle", o.Request.Image.Name, helper)
	}
	words := []string{"pull"}
	for name, value := range map[string]string{"platform": o.Platform, "authfile": o.AuthFile, "creds": o.Creds} {
		if value != "" {
			words = append(words, "--"+name+"="+value)
		}
	}
	if o.TLSVerify != nil {
		words = append(words, fmt.Sprintf("--tls-verify=%v", *o.TLSVerify))
	}
	if o.Quiet {
		words = append(words, "--quiet")
	}
	cmd := exec.Command(path, append(words, "--", o.Request.Image.Name)...)
	cmd.Stderr = os.Stderr // the digest that it prints is not this command's output
	if err := cmd.Run(); err != nil {
		if o.Guessed && !strings.ContainsAny(o.Request.Image.Name, "/:@") {
			return fmt.Errorf("%s is neither a program in PATH nor an image that is here or could be fetched", o.Request.Image.Name)
		}
		return fmt.Errorf("image %s is not here and could not be fetched", o.Request.Image.Name)
	}
	return nil
}
