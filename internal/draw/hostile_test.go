package draw

import (
	"bytes"
	"strings"
	"testing"

	"isle/internal/atlas"
	"isle/internal/island"
	"isle/ns"
)

// attacks are names that try to leave the place where they are written.
var attacks = []string{
	`</title><script>alert(1)</script>`,
	`" onload="alert(1)" x="`,
	`' onfocus='alert(1)`,
	`]]><![CDATA[<a xlink:href="javascript:alert(1)">`,
	`--><!-- <!DOCTYPE x [<!ENTITY a "b">]>`,
	"&lt;&#x26;&nosuch;",
	"bell\a escape\x1b[31m nul\x00 newline\n tab\t",
	"not UTF-8 \xff\xfe \xed\xa0\x80",
	"turned \u202e\u2066 around \u200b\ufeff\ufffe",
	strings.Repeat("<", 5000),
	`\" ]; evil [label="`, `\`, `trailing \`, "\\N\\G", "<b>bold</b>",
}

// hostile puts a text wherever a map has text from others.
func hostile(text string) *atlas.Map {
	w := newWorld()
	host := w.m.Islands[0]
	w.m.Host, w.m.Kernel = text, text
	c := w.container("c")
	w.pod(text)
	c.ID, c.Name, c.Engine, c.Container, c.Command = text, text, text, text, text
	c.Sort = island.Sort(text)
	w.hold(ns.Net, text, text)
	for i := range w.m.Links {
		l := &w.m.Links[i]
		l.Kind, l.From.Name, l.To.Name, l.To.Addresses, l.To.Kind = "x"+text, text, text, []string{text}, text
	}
	w.m.Links = append(w.m.Links, atlas.Link{Kind: "port", To: atlas.End{Net: host.NS[ns.Net], Name: text},
		From: atlas.End{Net: host.NS[ns.Net], Name: text, Kind: text}})
	w.add(host, island.Unit, text, service)
	return w.m
}

func TestHostileNames(t *testing.T) {
	_, honest := svg(t, hostile("honest"), Options{})
	for _, attack := range attacks {
		_, root := svg(t, hostile(attack), Options{})
		checkHarmless(t, root)
		if got, want := len(root.named("g")), len(honest.named("g")); got != want {
			t.Errorf("%.40q: %d groups, want %d", attack, got, want)
		}
	}
}

// checkHarmless looks for what a drawing never has, whatever the map says.
func checkHarmless(t testing.TB, e *element) {
	t.Helper()
	known := " svg title desc style defs pattern path rect g text circle "
	if !strings.Contains(known, " "+e.name+" ") {
		t.Errorf("an element <%s>", e.name)
	}
	for name, value := range e.attr {
		if strings.HasPrefix(name, "on") || strings.HasSuffix(name, "href") || name == "style" {
			t.Errorf("an attribute %s=%q", name, value)
		}
	}
	for _, k := range e.kids {
		checkHarmless(t, k)
	}
}

func TestControlCharactersAreShown(t *testing.T) {
	if got := string(escape(nil, "a\x1b\u202e\xffb\x00")); got != "a\ufffd\ufffd\ufffdb\ufffd" {
		t.Errorf("%q", got)
	}
}

// TestMapsFromAnywhere draws maps that no scan makes.
func TestMapsFromAnywhere(t *testing.T) {
	loop := &atlas.Map{Islands: []*island.Island{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}, {ID: "c", Parent: "c"}, {ID: "a"}, nil},
		Namespaces: []*atlas.Namespace{{Inode: 1, Kind: ns.User, Parent: 2}, {Inode: 2, Kind: ns.User, Parent: 1}, nil, {Inode: 3, Kind: 77}}}
	loop.Islands[1].NS[ns.User] = 1
	loop.Islands[1].Apart = ns.All
	lost := realistic(5)
	lost.Links = append(lost.Links, atlas.Link{Kind: "veth", From: atlas.End{Net: 99}, To: atlas.End{Net: 98}})
	for name, m := range map[string]*atlas.Map{"empty": {}, "loop": loop, "lost": lost, "deep": chain(3000)} {
		_, root := svg(t, m, Options{})
		checkHarmless(t, root)
		if err := DOT(&bytes.Buffer{}, m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSVG(f *testing.F) {
	for _, a := range attacks {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := hostile(text)
		_, root := svg(t, m, Options{Embedded: len(text)%2 == 0})
		checkHarmless(t, root)
		var graph bytes.Buffer
		if err := DOT(&graph, m); err != nil {
			t.Fatal(err)
		}
		if _, err := statements(graph.String()); err != nil {
			t.Fatalf("%v in\n%s", err, graph.String())
		}
	})
}
