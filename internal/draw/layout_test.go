package draw

import (
	"strings"
	"testing"
)

// TestIslandsLieApart looks at every pair of islands that lie in the same one.
func TestIslandsLieApart(t *testing.T) {
	for _, d := range drawn {
		s := arrange(d.m(), 0)
		for _, n := range s.nodes {
			if n.in != nil && !n.in.box.holds(n.box) {
				t.Errorf("%s: %s %v does not lie in %s %v", d.name, n.ID, n.box, n.in.ID, n.in.box)
			}
			for i, a := range n.kids {
				for _, b := range n.kids[i+1:] {
					if a.box.meets(b.box) {
						t.Fatalf("%s: %s %v lies over %s %v", d.name, a.ID, a.box, b.ID, b.box)
					}
				}
			}
		}
	}
}

// TestKidsLeaveTheHeadFree holds that nothing lies over a card's own lines.
func TestKidsLeaveTheHeadFree(t *testing.T) {
	for _, d := range drawn {
		s := arrange(d.m(), 0)
		for _, n := range s.nodes {
			for _, k := range n.kids {
				if k.box.y < n.box.y+n.lot.head {
					t.Errorf("%s: %s lies over the head of %s", d.name, k.ID, n.ID)
				}
			}
		}
	}
}

func TestKeptLieInTheirStrip(t *testing.T) {
	for _, d := range drawn {
		s := arrange(d.m(), 0)
		for i, k := range s.kept {
			if !s.hold.holds(k.box) || !s.root.box.holds(s.hold) {
				t.Errorf("%s: %s lies outside", d.name, k.id)
			}
			for _, o := range s.kept[i+1:] {
				if k.box.meets(o.box) {
					t.Errorf("%s: %s lies over %s", d.name, k.id, o.id)
				}
			}
		}
		for _, k := range s.root.kids {
			if k.box.meets(s.hold) {
				t.Errorf("%s: %s lies in the strip of the kept", d.name, k.ID)
			}
		}
	}
}

func TestPodLiesTogether(t *testing.T) {
	s := arrange(realistic(500), 0)
	for _, b := range s.bonds {
		for i, n := range b.members[1:] {
			col, row := n.lot.col-b.members[i].lot.col, n.lot.row-b.members[i].lot.row
			if row != 0 || col != 1 {
				t.Errorf("group %d: %s is %d columns and %d rows from the one before", b.number, n.Name, col, row)
			}
		}
	}
}

// TestTextStaysInItsBox measures all text by the estimate that it was cut by.
func TestTextStaysInItsBox(t *testing.T) {
	for _, d := range drawn {
		m := d.m()
		m.Hidden = 3
		for i, n := range m.Islands {
			n.Name = strings.Repeat(n.Name+" Wide ", i%9+1)
			n.Engine = strings.Repeat(n.Engine, i%7)
		}
		_, root := svg(t, m, Options{})
		whole := rect{0, 0, root.int("width"), root.int("height")}
		checkTexts(t, root, whole)
		for class, box := range map[string]string{"island": "land", "kept": "box"} {
			for _, g := range root.all(class) {
				checkTexts(t, g, g.all(box)[0].rect())
			}
		}
		for _, g := range root.all("badge") {
			checkText(t, g.named("text")[0], g.named("rect")[0].rect())
		}
		for _, g := range root.all("bus") {
			checkTexts(t, g, g.named("rect")[0].rect())
		}
	}
}

func checkTexts(t *testing.T, in *element, box rect) {
	t.Helper()
	for _, text := range in.named("text") {
		checkText(t, text, box)
	}
}

func checkText(t *testing.T, text *element, box rect) {
	t.Helper()
	var f *font
	for _, known := range fonts {
		if text.has(known.class) {
			f = known
		}
	}
	wide := f.width(text.text)
	at := rect{text.int("x"), text.int("y") - f.size/10*3/4, wide, f.size / 10 * 3 / 4}
	if text.has("mid") {
		at.x -= wide / 2
	} else if text.has("end") {
		at.x -= wide
	}
	if !box.holds(at) {
		t.Errorf("%q %v leaves %v", text.text, at, box)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text string
		room int
		want string
	}{
		{"short", 100, "short"}, {"a name that is long", 60, "a name …"}, {"anything", 0, "…"}, {"", 0, ""}, {"日本語日本語", 40, "日本…"},
	} {
		got := quietFont.cut(c.text, c.room)
		if got != c.want || quietFont.width(got) > max(c.room, quietFont.width("…")) {
			t.Errorf("cut(%q, %d) = %q, want %q", c.text, c.room, got, c.want)
		}
	}
}
