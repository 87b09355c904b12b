package draw

import (
	"fmt"
	"strings"
	"testing"

	"isle/ns"
)

// TestEitherEndOfLinkMayBeInside holds that it does not matter which end is From.
func TestEitherEndOfLinkMayBeInside(t *testing.T) {
	m := realistic(5)
	for i := range m.Links {
		if l := &m.Links[i]; l.Kind == "veth" {
			l.From, l.To = l.To, l.From
		}
	}
	turned, _ := svg(t, m, Options{})
	want, _ := svg(t, realistic(5), Options{})
	if turned != want {
		t.Error("links the other way round are drawn in another way")
	}
}

func TestLinksMeetInBuses(t *testing.T) {
	s := arrange(mixed(), 0)
	var got []string
	for _, n := range s.nodes {
		for _, b := range n.buses {
			got = append(got, n.Name+": "+b.label())
		}
	}
	want := []string{
		"harbour: docker0 · bridge · 172.17.0.1/16", "harbour: host network", "harbour: enp3s0",
		"harbour: br0 · bridge · 10.244.0.1/24 · port enp4s0, tap1",
		"kind-control-plane: cni0 · bridge · 10.244.0.1/24 · 5 links",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("buses\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestManyBridgesTakeFewRows(t *testing.T) {
	w := newWorld()
	for i := range 40 {
		c := w.add(w.m.Islands[0], "container", fmt.Sprint(i), contained)
		w.plug(c.NS[ns.Net], fmt.Sprintf("br%d", i), i)
	}
	s := arrange(w.m, 0)
	last := s.root.buses[len(s.root.buses)-1]
	if len(s.root.buses) != mostBuses || !strings.Contains(last.label(), "and more") {
		t.Errorf("%d buses, the last is %q", len(s.root.buses), last.label())
	}
	if _, root := svg(t, w.m, Options{}); len(root.all("veth")) != 40 {
		t.Error("not every link is drawn")
	}
}

// TestLinesStayOnPaper holds that no line leaves the host, where it could not be seen.
func TestLinesStayOnPaper(t *testing.T) {
	for _, d := range drawn {
		s := arrange(d.m(), 0)
		s.draw(&pen{}, "img")
		for _, w := range s.wires {
			points := []point{{w.to.box.x, w.to.box.y}}
			if w.bus != nil {
				points = s.down(w.bus, w.to, s.plug(w.to))
			} else {
				points = append(points, s.across(w.from, w.to)...)
			}
			for _, p := range points {
				if !s.root.box.holds(rect{p.x, p.y, 0, 0}) {
					t.Errorf("%s: a link to %s goes by %v, outside of %v", d.name, w.to.id, p, s.root.box)
				}
			}
		}
	}
}
