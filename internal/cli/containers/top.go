package containers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"isle/internal/cli/show"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle top is for.
const (
	TopOperands = "CONTAINER [COLUMN...|PS-OPTION...]"
	TopAbout    = `List the processes of a container. The columns are user, pid, ppid, pcpu, etime, tty,
time and args unless others are named: comm, group, hpid, hppid, huser, hgroup, nice,
pgid, rss, state and vsz are there too. Those with h are what the host sees, the
others what the container does. If the first word begins with -, the words are
options of the host's ps, which lists the container's processes.`
	TopExample = `isle top web
isle top web hpid args
isle top web -ef`
)

// TopFlags is the table of options of top.
func TopFlags() []getopt.Option { return []getopt.Option{latest, verb.Help} }

func topVerb() *verb.Verb {
	v := newVerb("top", TopOperands, TopAbout, TopFlags(), 0, -1)
	v.Stop = true
	return v
}

// Top lists the processes of a container.
func Top(prog string, args []string) int { return topVerb().Main(prog, args, top) }

func top(c *verb.Command) error {
	e, err := engine.Open()
	if err != nil {
		return err
	}
	words := c.Words
	var o *engine.Container
	if c.On("latest") {
		list, err := several(e, c, nil)
		if err != nil {
			return err
		}
		o = list[0].Container
	} else if len(words) == 0 {
		return errors.New("name a container, or give --latest")
	} else if o, err = e.Find(words[0]); err != nil {
		return fmt.Errorf("top %w", err)
	} else {
		words = words[1:]
	}
	pids, err := e.Pids(o)
	if err != nil {
		return err
	}
	slices.Sort(pids)
	if len(words) > 0 && strings.HasPrefix(words[0], "-") {
		return psOf(pids, words)
	}
	return topOf(pids, columnsOf(words))
}

// columnsOf are the columns that words name, separated by commas or not.
func columnsOf(words []string) []string {
	if len(words) == 0 {
		return []string{"user", "pid", "ppid", "pcpu", "etime", "tty", "time", "args"}
	}
	return strings.FieldsFunc(strings.ToLower(strings.Join(words, ",")), func(r rune) bool { return r == ',' || r == ' ' })
}

// topOf prints columns.
func topOf(pids []int, names []string) error {
	var columns []topColumn
	var head []string
	for _, name := range names {
		i := slices.IndexFunc(topColumns[:], func(c topColumn) bool { return c.name == name || c.code == name })
		if i < 0 {
			return fmt.Errorf("there is no column '%s'", name)
		}
		columns = append(columns, topColumns[i])
		head = append(head, topColumns[i].heading)
	}
	lines := [][]string{head}
	for _, pid := range pids {
		p := readTask(pid)
		if p == nil { // it has ended
			continue
		}
		var line []string
		for _, c := range columns {
			line = append(line, c.of(p))
		}
		lines = append(lines, line)
	}
	return show.Columns(os.Stdout, lines)
}

// psOf prints what the host's ps says of processes.
func psOf(pids []int, options []string) error {
	out, err := exec.Command("ps", options...).Output()
	if err != nil {
		return fmt.Errorf("run ps %s: %w", strings.Join(options, " "), err)
	}
	lines := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	at := slices.Index(strings.Fields(lines[0]), "PID")
	if at < 0 {
		return errors.New("what ps prints has no column PID")
	}
	fmt.Println(lines[0])
	for _, line := range lines[1:] {
		fields := strings.Fields(line)
		if len(fields) <= at {
			continue
		}
		if pid, err := strconv.Atoi(fields[at]); err == nil && slices.Contains(pids, pid) {
			fmt.Println(line)
		}
	}
	return nil
}
