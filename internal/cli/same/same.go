package same

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"isle/internal/getopt"
	"isle/internal/table"
	"isle/ns"
)

// Main runs the command and returns its exit status.
func Main(prog string, args []string) int {
	o, err := Parse(prog, args)
	if err != nil {
		return 2 * getopt.Exit(prog, err, os.Stdout, os.Stderr)
	}
	m, err := o.compare()
	if err == nil && !o.Quiet {
		err = m.write(os.Stdout, o.JSON)
	}
	if err != nil {
		getopt.Fail(prog, err, os.Stderr)
		return 2
	}
	if !m.Same {
		return 1
	}
	return 0
}

// matrix is which namespaces the processes are in.
type matrix struct {
	Schema int    `json:"schema"` // of this form
	PIDs   []int  `json:"pids"`
	Same   bool   `json:"same"`
	Kinds  []line `json:"kinds"`
}

type line struct {
	Kind   ns.Kind  `json:"kind"`
	Same   bool     `json:"same"`
	Inodes []uint64 `json:"inodes"` // by process
}

func (o *Options) compare() (*matrix, error) {
	m := &matrix{Schema: 1, Same: true}
	for _, pid := range o.PIDs {
		if pid == 0 {
			pid = os.Getpid()
		}
		m.PIDs = append(m.PIDs, pid)
	}
	for _, k := range o.Kinds.Kinds() {
		l := line{Kind: k, Same: true}
		for _, pid := range m.PIDs {
			id, err := ns.IDOf(pid, k)
			if err != nil {
				return nil, refused(pid, k, err)
			}
			l.Inodes = append(l.Inodes, id.Ino)
			l.Same = l.Same && id.Ino == l.Inodes[0]
		}
		m.Kinds = append(m.Kinds, l)
		m.Same = m.Same && l.Same
	}
	return m, nil
}

// refused says why a process cannot be looked into.
func refused(pid int, k ns.Kind, err error) error {
	switch _, gone := os.Stat("/proc/" + strconv.Itoa(pid)); {
	case gone != nil:
		return fmt.Errorf("there is no process %d", pid)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("process %d has no %s namespace any more, or this kernel has none", pid, k)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the %s namespace of process %d may not be looked at: that takes the right to trace the process, which its user and root have", k, pid)
	}
	return err
}

// write prints a line a kind, or JSON.
func (m *matrix) write(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(m)
	}
	t := &table.Table{Columns: []table.Column{{Name: "KIND"}, {Name: ""}}}
	for _, pid := range m.PIDs {
		t.Columns = append(t.Columns, table.Column{Name: strconv.Itoa(pid), Right: true})
	}
	for _, l := range m.Kinds {
		cells := []string{l.Kind.String(), "same"}
		if !l.Same {
			cells[1] = "apart"
		}
		for _, inode := range l.Inodes {
			cells = append(cells, strconv.FormatUint(inode, 10))
		}
		t.Rows = append(t.Rows, &table.Row{Cells: cells})
	}
	return t.Write(w)
}
