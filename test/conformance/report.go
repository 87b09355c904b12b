package conformance

import (
	"os/exec"
	"strings"
)

// report is how the runtimes did on one machine.
type report struct {
	Machine  machine
	Runtimes []*contender // isle is the first
}

// contender is a runtime that is held against the suite.
type contender struct {
	Name, Version string
	Command       string // its path
	Results       map[string]result
}

// peers are the runtimes that isle is compared with, where they are installed.
var peers = [...]string{"crun", "runc"}

// contenders are isle, by the path of its command, and the peers on this machine.
func contenders(isle string) ([]*contender, error) {
	commands := []string{isle}
	for _, name := range peers {
		if path, err := exec.LookPath(name); err == nil {
			commands = append(commands, path)
		}
	}
	var list []*contender
	for _, command := range commands {
		said, err := exec.Command(command, "--version").Output()
		if err != nil {
			return nil, &exec.Error{Name: command, Err: err}
		}
		// "crun version 1.14.1", and then what it is made of.
		words := strings.Fields(string(said))
		list = append(list, &contender{Name: words[0], Version: words[2], Command: command, Results: map[string]result{}})
	}
	return list, nil
}

// passed counts the files that a runtime passed.
func (c *contender) passed() (n int) {
	for _, r := range c.Results {
		if r.Passed {
			n++
		}
	}
	return n
}

// able says whether a runtime creates a container at all: old ones refuse the
// version that the suite's configurations are of.
func (c *contender) able() bool { return c.Results["create"].Passed }
