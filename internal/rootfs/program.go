package rootfs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"isle/internal/beside"
	"isle/ns"
	"isle/sandbox"
)

// programs are those that decompress a format, the best first. Libraries for
// these formats take a fifth of a millisecond at every start of isle, be there
// an archive or not, so they live in a program of their own.
type programs struct {
	format string
	list   [][]string
}

// The bound on what a program may keep in memory is that of the zstd command.
var (
	zstdPrograms = programs{"zstd", [][]string{{"isle-decompress", "zstd"}, {"zstd", "-dcq", "--memory=128MB"}}}
	xzPrograms   = programs{"xz", [][]string{{"isle-decompress", "xz"}, {"xz", "-dcq", "--memlimit-decompress=256MiB"}}}
)

// find returns the first of them that is there.
func (p programs) find() ([]string, error) {
	for _, words := range p.list {
		if path := beside.Find(words[0]); path != "" {
			return append([]string{path}, words[1:]...), nil
		}
	}
	return nil, fmt.Errorf("nothing here reads %s: put isle-decompress beside isle (make build, or go install ./cmd/isle-decompress), or install %s", p.format, p.list[1][0])
}

// throughProgram decompresses r with a program, which is gone after Close.
func throughProgram(p programs, r io.Reader) (io.ReadCloser, error) {
	words, err := p.find()
	if err != nil {
		return nil, err
	}
	d := &decompressor{cmd: alone(words)}
	d.cmd.Stdin, d.cmd.Stderr, d.cmd.Env = r, &d.said, []string{"LC_ALL=C"}
	if d.out, err = d.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	return d, nil
}

// alone is a program that reads what may be hostile: without a network, without
// other processes in sight, and with no way to gain privileges.
func alone(words []string) *sandbox.Cmd {
	cmd := sandbox.Command(words[0], words[1:]...)
	cmd.New = ns.SetOf(ns.Net, ns.IPC, ns.UTS, ns.PID)
	if os.Geteuid() != 0 {
		cmd.New = cmd.New.With(ns.User)
	}
	cmd.NoNewPrivs = true
	return cmd
}

// decompressor is a running program.
type decompressor struct {
	cmd   *sandbox.Cmd
	out   io.ReadCloser
	said  bytes.Buffer
	ended bool
	err   error
}

// Read reads what the program writes. Its end is an error if the program failed.
func (d *decompressor) Read(p []byte) (int, error) {
	n, err := d.out.Read(p)
	if err == nil || n > 0 {
		return n, nil
	}
	if errors.Is(err, io.EOF) {
		if err := d.wait(); err != nil {
			return 0, err
		}
	}
	return 0, err
}

func (d *decompressor) wait() error {
	if !d.ended {
		d.ended = true
		if err := d.cmd.Wait(); err != nil {
			d.err = fmt.Errorf("%w: %s", ErrCorrupt, d.reason(err))
		}
	}
	return d.err
}

// reason is the last line that the program wrote to its standard error.
func (d *decompressor) reason(err error) string {
	lines := strings.Split(strings.TrimSpace(d.said.String()), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return last
	}
	return err.Error()
}

// Close ends the program.
func (d *decompressor) Close() error {
	if !d.ended {
		d.cmd.Process.Kill()
		d.out.Close()
		d.wait()
	}
	return nil
}
