package island

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Lookup finds the process that a word stands for: a pid, "self" for the
// caller, "host" for the host's oldest process, or an island by its name, its
// container's id or the beginning of that, or its own ID. Of an island it is the
// oldest process.
func (c *Chart) Lookup(word string) (pid int, err error) {
	if word == "self" {
		return os.Getpid(), nil
	}
	if n, err := strconv.ParseUint(word, 10, 31); err == nil && n > 0 {
		return int(n), nil
	}
	var found []*Island
	for _, i := range c.Islands {
		if word == "host" && i.Sort == Host {
			return i.host(), nil
		}
		if i.Is(word) {
			found = append(found, i)
		}
	}
	return c.only(found, word)
}

// shortest is how much of a container's id has to be given.
const shortest = 4

// Is says whether a word stands for the island: its name, its ID, or the
// beginning of its container's id. Several islands may have one name.
func (i *Island) Is(word string) bool {
	return i.Name == word || i.ID == word || word == "host" && i.Sort == Host ||
		len(word) >= shortest && strings.HasPrefix(i.Container, word)
}

// only returns the process of the one island that a word is of.
func (c *Chart) only(found []*Island, word string) (int, error) {
	switch {
	case len(found) == 1:
		return found[0].Top, nil
	case len(found) > 1:
		var pids []string
		for _, i := range found {
			pids = append(pids, strconv.Itoa(i.Top))
		}
		return 0, fmt.Errorf("%d islands are called '%s': say which by a process, one of %s", len(found), word, strings.Join(pids, ", "))
	}
	hint := "'isle ls' lists them"
	if n := len(c.Hidden); n > 0 {
		hint += fmt.Sprintf("; the namespaces of %d of the processes may not be looked into by this user", n)
	}
	return 0, fmt.Errorf("no process, container or unit is called '%s': %s", word, hint)
}

// host is the process that stands for the host: process 1 where it is in it, for
// an ordinary user the oldest that he may look into.
func (i *Island) host() int {
	if len(i.Processes) > 0 && i.Processes[0] == 1 {
		return 1
	}
	return i.Top
}

// Names lists the names of the islands but the host, each once, without those
// that a shell would have to be told in quotes.
func (c *Chart) Names() []string {
	var names []string
	for _, i := range c.Islands {
		plain := strings.Trim(i.Name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@/") == ""
		if i.Sort != Host && i.Name != "" && plain {
			names = append(names, i.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
