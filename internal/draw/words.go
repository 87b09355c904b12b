package draw

import (
	"fmt"
	"strings"

	"isle/internal/island"
	"isle/ns"
)

// list joins words, and counts those after the first few.
func list(words []string, few int) string {
	if len(words) <= few {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s +%d", strings.Join(words[:few], ", "), len(words)-few)
}

// count says how many there are of something.
func count(n int, one string) string { return fmt.Sprintf("%d %s", n, plural(n, one)) }

func plural(n int, one string) string {
	switch {
	case n == 1:
		return one
	case strings.HasSuffix(one, "s"):
		return one + "es"
	}
	return one + "s"
}

// summary says the map in a sentence.
func (s *scene) summary() string {
	return fmt.Sprintf("%s with %s in %s on Linux %s, %s", s.m.Host, count(s.processes(), "process"),
		count(s.islandCount(), "island"), s.m.Kernel, s.when())
}

func (s *scene) when() string { return s.m.Taken.UTC().Format("2 January 2006, 15:04:05 UTC") }

// islandCount counts those that lie on the host.
func (s *scene) islandCount() int { return max(0, len(s.nodes)-1) }

// linkCount leaves out ports: they are how a link goes on in a bridge.
func (s *scene) linkCount() int {
	sum := 0
	for i := range s.m.Links {
		if s.m.Links[i].Kind != "port" {
			sum++
		}
	}
	return sum
}

func (s *scene) processes() int {
	if n := len(s.m.Processes); n > 0 {
		return n
	}
	sum := 0
	for _, n := range s.nodes {
		sum += len(n.Processes)
	}
	return sum
}

// facts is a card's second line.
func (n *node) facts() string {
	words := make([]string, 0, 4)
	if n.Engine != "" {
		words = append(words, n.Engine)
	} else if n.Sort != island.Host {
		words = append(words, string(n.Sort))
	}
	words = append(words, count(len(n.Processes), "process"), fmt.Sprintf("pid %d", n.Top))
	if n.UID != 0 {
		words = append(words, fmt.Sprintf("uid %d", n.UID))
	}
	return strings.Join(words, " · ")
}

// words says all that an island's card shows, for a screen reader.
func (n *node) words() string {
	words := []string{fmt.Sprintf("%s, %s, %s", clip(n.Name), n.Sort, strings.ReplaceAll(n.facts(), " · ", ", "))}
	if n.in != nil {
		words = append(words, "in "+clip(n.in.Name), "apart in "+kindList(n.Apart))
	}
	var shared []string
	for _, b := range badges {
		if bond := n.bond[b.kind]; bond != nil {
			shared = append(shared, fmt.Sprintf("%s with group %d", b.kind, bond.number))
		}
	}
	if shared != nil {
		words = append(words, "shares "+strings.Join(shared, ", "))
	}
	if len(n.ends) > 0 {
		words = append(words, "interfaces "+clip(strings.Join(n.ends, ", ")))
	}
	return strings.Join(words, "; ")
}

func kindList(set ns.Set) string {
	if set == 0 {
		return "nothing"
	}
	return strings.ReplaceAll(kindWords(set), " ", ", ")
}

// kindWords names kinds, in the order of the badges.
func kindWords(set ns.Set) string {
	var words []string
	for _, b := range badges {
		if set.Has(b.kind) {
			words = append(words, b.kind.String())
		}
	}
	return strings.Join(words, " ")
}

// tale is an island's tooltip.
func (n *node) tale() string {
	lines := []string{n.Name, n.facts()}
	if n.Command != "" && n.Command != n.Name {
		lines = append(lines, n.Command)
	}
	if n.Container != "" {
		lines = append(lines, n.Container)
	}
	for i := range lines {
		lines[i] = clip(strings.ReplaceAll(lines[i], "\n", "\ufffd"))
	}
	return strings.Join(lines, "\n")
}
