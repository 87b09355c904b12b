package island

import (
	"os"
	"strconv"
	"strings"
)

// describe finds out what an island is, from its oldest process.
func (g *grouping) describe(i *Island) {
	p := g.s.Process(i.Top)
	if i == g.host {
		i.Sort, i.Name = Host, g.s.Host
	}
	if p == nil {
		return
	}
	i.Command, i.UID = p.ReadCommand(), p.UID
	if i == g.host {
		return
	}
	i.Name = p.Comm
	m := g.madeBy(i)
	if m.id == "" {
		return
	}
	i.Sort, i.Engine, i.Name = m.sort, m.engine, m.id
	if m.sort == Container {
		i.Container, i.Name = m.id, g.containerName(i, m)
	}
}

// madeBy finds the cgroup that says most of the island's oldest process. What
// the host's own is in as well says nothing of the island.
func (g *grouping) madeBy(i *Island) made {
	for _, path := range cgroups(i.Top) {
		if m, ok := madeBy(path); ok && !g.sameCgroup(i, m) {
			return m
		}
	}
	return made{}
}

// sameCgroup says whether the island that this one came out of is that container
// or unit already: then this one is a sandbox inside of it.
func (g *grouping) sameCgroup(i *Island, m made) bool {
	up := g.up[i]
	if up == nil {
		return false
	}
	for _, path := range cgroups(up.Top) {
		if other, ok := madeBy(path); ok && other == m {
			return true
		}
	}
	return false
}

// cgroups lists the paths of the cgroups that a process is in, each once.
func cgroups(pid int) (paths []string) {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cgroup")
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(fields) == 3 && fields[2] != "/" && !seen[fields[2]] {
			seen[fields[2]] = true
			paths = append(paths, fields[2])
		}
	}
	return paths
}

// containerName is what a person calls a container: the engine knows, else the
// beginning of its id has to do.
func (g *grouping) containerName(i *Island, m made) string {
	if !isContainerID(m.id) {
		return m.id
	}
	if name := g.monitorName(i); name != "" {
		return name
	}
	if name := recorded("/", m.id); name != "" {
		return name
	}
	return m.id[:12]
}

// monitorName is the name that podman gives the monitor of its container, which
// is the parent of its oldest process: conmon -n NAME.
func (g *grouping) monitorName(i *Island) string {
	top := g.s.Process(i.Top)
	parent := g.s.Process(top.PPID)
	if parent == nil || parent.Comm != "conmon" {
		return ""
	}
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(parent.PID) + "/cmdline")
	words := strings.Split(string(text), "\x00")
	for n, word := range words[:len(words)-1] {
		if word == "-n" || word == "--name" {
			return words[n+1]
		}
	}
	return ""
}
