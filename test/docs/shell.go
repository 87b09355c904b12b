package docs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// User is who types a command.
type User struct {
	Name     string
	UID, GID uint32
	Groups   []uint32
}

// Shell runs the steps of blocks.
type Shell struct {
	Ordinary User
	Dir      string        // working directory, the ordinary user's
	Path     string        // $PATH, with isle's folder in front
	Limit    time.Duration // for the commands in a row by one user
}

// root is who types after "# ".
var root = User{Name: "root"}

// mark ends the output of a command and is followed by its exit status. Bytes
// that no example prints.
const mark = "\x00\x01isle-example\x01"

// Run runs a block and returns an error that names the line of the step that
// did not do what the block says.
func (s Shell) Run(b Block) error {
	numbers := Numbers{}
	var groups []int
	defer func() {
		for _, pgid := range groups {
			syscall.Kill(-pgid, syscall.SIGKILL)
		}
	}()
	for rest := b.Steps; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Root == rest[0].Root {
			n++
		}
		out, pgid, err := s.session(rest[:n])
		if pgid != 0 {
			groups = append(groups, pgid)
		}
		if failed := check(rest[:n], out, err, numbers); failed != nil {
			return failed
		}
		rest = rest[n:]
	}
	return nil
}

// session runs steps of one user in one shell and returns what it printed and
// its process group, in which background commands may still be running.
func (s Shell) session(steps []Step) (out []byte, pgid int, err error) {
	who := s.Ordinary
	if steps[0].Root {
		who = root
	}
	// A file and not a pipe, which a background command would hold open.
	file, err := os.CreateTemp("", "isle-example")
	if err != nil {
		return nil, 0, err
	}
	defer os.Remove(file.Name())
	defer file.Close()

	ctx, cancel := context.WithTimeout(context.Background(), s.Limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", script(steps))
	cmd.Dir = s.Dir
	cmd.Env = []string{"PATH=" + s.Path, "HOME=" + s.Dir, "USER=" + who.Name, "LOGNAME=" + who.Name,
		"SHELL=/bin/sh", "TERM=dumb", "LC_ALL=C"}
	cmd.Stdout, cmd.Stderr = file, file
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: who.UID, Gid: who.GID, Groups: who.Groups}
	}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if err := cmd.Start(); err != nil {
		return nil, 0, fmt.Errorf("start a shell as %s: %w", who.Name, err)
	}
	err = cmd.Wait()
	if ctx.Err() != nil {
		err = fmt.Errorf("took longer than %s", s.Limit)
	} else if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = nil // each step's own status says more
	}
	out, readErr := os.ReadFile(file.Name())
	return out, cmd.Process.Pid, errors.Join(err, readErr)
}

// script returns the shell's script: each command, then the mark and its
// status, which is kept for a next command that asks for $?.
func script(steps []Step) string {
	var b strings.Builder
	for _, step := range steps {
		b.WriteString(step.Command)
		b.WriteString("\nisle_status=$?; printf '\\0\\001isle-example\\001%d\\0' $isle_status; (exit $isle_status)\n")
	}
	return b.String()
}

// check compares what a session printed with what its steps want.
func check(steps []Step, out []byte, err error, numbers Numbers) error {
	for i, step := range steps {
		printed, rest, ended := bytes.Cut(out, []byte(mark))
		code, rest, _ := bytes.Cut(rest, []byte{0})
		out = rest
		fail := func(why error) error { return fmt.Errorf("line %d: %s: %w", step.Line, step.Command, why) }
		if !ended && err != nil {
			return fail(fmt.Errorf("%w; printed:\n%s", err, printed))
		}
		asked := i+1 < len(steps) && steps[i+1].Command == "echo $?"
		status, _ := strconv.Atoi(string(code))
		switch {
		case !ended:
			return fail(fmt.Errorf("the shell ended; printed:\n%s", printed))
		case status != 0 && !asked:
			return fail(fmt.Errorf("exit status %d; printed:\n%s", status, printed))
		}
		if err := Match(step.Want, strings.Split(string(printed), "\n"), numbers); err != nil {
			return fail(err)
		}
	}
	return err
}

// Files returns the documents whose examples are run: README.md and every
// Markdown file under docs of the tree at top.
func Files(top string) ([]string, error) {
	files := []string{filepath.Join(top, "README.md")}
	err := filepath.WalkDir(filepath.Join(top, "docs"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".md" {
			files = append(files, path)
		}
		return err
	})
	return files, err
}
