package draw

import (
	"fmt"
	"io"
	"strings"

	"isle/internal/atlas"
)

// DOT writes a map for graphviz(1): a cluster for each island, with those that lie
// in it, and edges for what they share and how they are linked.
func DOT(w io.Writer, m *atlas.Map) error {
	s := arrange(m, 0)
	var b strings.Builder
	b.WriteString("graph isle {\n\tgraph [compound=true, fontname=\"sans-serif\", style=rounded, rankdir=LR, label=" + quote(s.summary()) + "]\n" +
		"\tnode [shape=box, style=rounded, fontname=\"sans-serif\"]\n\tedge [fontname=\"sans-serif\", fontsize=10]\n")
	s.cluster(&b, s.root, "\t")
	for _, k := range s.kept {
		fmt.Fprintf(&b, "\t%s [style=dashed, label=%s]\n", quote(k.id), quote(k.kind.String()+" "+k.title(), k.held()))
	}
	for _, bond := range s.bonds {
		for _, n := range bond.members[1:] {
			fmt.Fprintf(&b, "\t%s -- %s [style=dashed, label=%s]\n", quote(bond.members[0].dotID()), quote(n.dotID()), quote(kindWords(bond.kinds)))
		}
	}
	for _, w := range s.wires {
		fmt.Fprintf(&b, "\t%s -- %s [label=%s, taillabel=%s, headlabel=%s]\n", quote(w.from.dotID()), quote(w.to.dotID()),
			quote(w.kind), quote(w.near.Name), quote(w.far.Name))
	}
	b.WriteString("}\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write graph: %w", err)
	}
	return nil
}

// cluster writes an island as a node, in a cluster with those that lie in it.
func (s *scene) cluster(b *strings.Builder, n *node, indent string) {
	const deepest = 64 // of the indentation, for a chain without end
	indent = indent[:min(len(indent), deepest)]
	kinds := "apart: " + kindList(n.Apart)
	if n == s.root {
		kinds = clip(n.Command)
	}
	card := fmt.Sprintf("%s [label=%s]\n", quote(n.dotID()), quote(clip(n.Name), clip(n.facts()), kinds))
	if len(n.kids) == 0 {
		b.WriteString(indent + card)
		return
	}
	fmt.Fprintf(b, "%ssubgraph %s {\n%s\tlabel=%s\n%s\t%s", indent, quote("cluster_"+n.ID), indent, quote(clip(n.Name)), indent, card)
	for _, k := range n.kids {
		s.cluster(b, k, indent+"\t")
	}
	b.WriteString(indent + "}\n")
}

// dotID is the name of a place's node: that of an island cannot be a namespace's.
func (p *place) dotID() string {
	if p.node != nil {
		return "island-" + p.id
	}
	return p.id
}

// quote makes a quoted string of lines. graphviz reads escapes and entities in
// labels: text has neither.
func quote(lines ...string) string {
	b := []byte{'"'}
	for i, line := range lines {
		if i > 0 {
			b = append(b, '\\', 'n')
		}
		for _, r := range line {
			switch r = visible(r); r {
			case '"', '\\':
				b = append(b, '\\')
				b = append(b, byte(r))
			case '&':
				b = append(b, "&amp;"...)
			default:
				b = append(b, string(r)...)
			}
		}
	}
	return string(append(b, '"'))
}
