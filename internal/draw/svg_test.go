package draw

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"isle/internal/atlas"
	"isle/internal/island"
	"isle/ns"
)

// drawn are the maps that tests draw, small and large.
var drawn = []struct {
	name string
	m    func() *atlas.Map
}{
	{"5", func() *atlas.Map { return realistic(5) }},
	{"60", func() *atlas.Map { return realistic(60) }},
	{"500", func() *atlas.Map { return realistic(500) }},
	{"mixed", mixed},
	{"chain", func() *atlas.Map { return chain(12) }},
	{"crowd", func() *atlas.Map { return crowd(400) }},
}

func TestSameMapSameBytes(t *testing.T) {
	for _, d := range drawn {
		a, _ := svg(t, d.m(), Options{})
		b, _ := svg(t, d.m(), Options{})
		if a != b {
			t.Errorf("%s: two drawings of one map differ", d.name)
		}
	}
}

func TestTimeZoneOfReaderDoesNotMatter(t *testing.T) {
	m, abroad := realistic(5), realistic(5)
	abroad.Taken = m.Taken.In(time.FixedZone("", 7200))
	a, _ := svg(t, m, Options{})
	b, _ := svg(t, abroad, Options{})
	if a != b {
		t.Error("the same moment is written in two ways")
	}
}

func TestEveryIslandOnce(t *testing.T) {
	for _, d := range drawn {
		m := d.m()
		_, root := svg(t, m, Options{})
		var want, got []string
		for _, i := range m.Islands {
			want = append(want, i.ID+"<"+i.Parent)
		}
		for _, g := range root.all("island") {
			got = append(got, g.attr["data-id"]+"<"+g.attr["data-parent"])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: islands (-want +got):\n%s", d.name, diff)
		}
	}
}

func TestEveryKeptNamespaceOnce(t *testing.T) {
	for _, d := range drawn {
		m := d.m()
		_, root := svg(t, m, Options{})
		want, got, rest := map[string]bool{}, map[string]bool{}, 0
		for _, n := range m.Namespaces {
			if len(n.Islands) == 0 {
				want[fmt.Sprint(n.Inode)] = true
			}
		}
		for _, g := range root.all("kept") {
			inode, more := g.attr["data-inode"], 0
			if _, err := fmt.Sscanf(g.attr["aria-label"], "and %d more", &more); err == nil {
				rest += more
			} else if got[inode] || !want[inode] {
				t.Errorf("%s: %s is drawn twice, or without being kept", d.name, inode)
			}
			got[inode] = true
		}
		delete(got, "")
		if len(got)+rest != len(want) {
			t.Errorf("%s: %d boxes and %d more, of %d kept namespaces", d.name, len(got), rest, len(want))
		}
	}
}

// TestContract holds what the script of a page relies on.
func TestContract(t *testing.T) {
	m := realistic(5)
	_, root := svg(t, m, Options{})
	if root.name != "svg" || !root.has("isle-map") || root.attr["role"] != "img" || root.attr["viewBox"] == "" ||
		root.int("width") == 0 || root.int("height") == 0 {
		t.Errorf("root: %v", root.attr)
	}
	for _, id := range strings.Fields(root.attr["aria-labelledby"]) {
		if !strings.Contains(fmt.Sprint(root.kids[0].attr, root.kids[1].attr), id) {
			t.Errorf("nothing has the id %s", id)
		}
	}
	cards := root.all("island")
	nginx := cards[1]
	want := map[string]string{"class": "island sort-container", "id": "island-i1", "data-id": "i1", "data-parent": "i0",
		"data-kinds": "pid net mount uts ipc cgroup", "tabindex": "0", "role": "button",
		"aria-label": "nginx, container, docker, 3 processes, pid 547; in harbour; apart in pid, net, mount, uts, ipc, cgroup; interfaces eth0 172.17.0.2/16"}
	if diff := cmp.Diff(want, nginx.attr); diff != "" {
		t.Errorf("an island (-want +got):\n%s", diff)
	}
	if len(nginx.all("island")) != 0 || len(cards[0].all("island")) != 0 {
		t.Error("an island holds another in the document")
	}
	for _, b := range badges {
		checkBadge(t, nginx, b.kind, m.Islands[1])
	}
}

func checkBadge(t *testing.T, card *element, k ns.Kind, i *island.Island) {
	t.Helper()
	class := "shared"
	if i.Apart.Has(k) {
		class = "own"
	}
	for _, g := range card.all("badge") {
		if g.attr["data-kind"] == k.String() && g.has(class) && g.attr["data-inode"] == fmt.Sprint(i.NS[k]) {
			return
		}
	}
	t.Errorf("no badge of %s that is %s", k, class)
}

func TestLinesKnowTheirIslands(t *testing.T) {
	_, root := svg(t, realistic(5), Options{})
	var links, shares []string
	for _, l := range root.all("link") {
		if l.attr["data-from"] != "" {
			links = append(links, l.attr["class"]+" "+l.attr["data-from"]+" "+l.attr["data-to"])
		}
	}
	for _, l := range root.all("share") {
		shares = append(shares, l.attr["data-kind"]+" "+l.attr["data-islands"])
	}
	if diff := cmp.Diff([]string{"link veth i0 i1", "link veth i0 i3", "link veth i0 kept-4026531864"}, links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	want := []string{"ipc i3 i4", "uts i3 i4", "net i3 i4", "ipc i4 i5", "uts i4 i5", "net i4 i5"}
	if diff := cmp.Diff(want, shares); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
	if got := len(root.all("ring0")); got != 9+1 { // three kinds of three islands, and the legend
		t.Errorf("%d badges have the number of the pod", got)
	}
}

func TestHiddenIsSaid(t *testing.T) {
	m := realistic(5)
	plain, _ := svg(t, m, Options{})
	m.Hidden = 12
	drawing, _ := svg(t, m, Options{})
	const note = "12 processes may not be looked into, and are not shown"
	if strings.Contains(plain, "looked into") || !strings.Contains(drawing, note) {
		t.Error("hidden processes are not said, or said where there are none")
	}
}

func TestEmbeddedHasNoHeader(t *testing.T) {
	page, _ := svg(t, realistic(5), Options{Embedded: true})
	document, _ := svg(t, realistic(5), Options{})
	page = strings.Replace(page, `role="group"`, `role="img"`, 1)
	if !strings.HasPrefix(page, "<svg ") || !strings.HasPrefix(document, "<?xml ") || !strings.HasSuffix(document, page) {
		t.Error("embedded and not differ in more than the header and the role")
	}
}

func TestWidth(t *testing.T) {
	for _, width := range []int{-5, 1, 1200, 2400, 1 << 40} {
		_, root := svg(t, realistic(60), Options{Width: width})
		if got := root.int("width"); width >= least && got != min(width, widest) || got < least {
			t.Errorf("width %d of the drawing for %d", got, width)
		}
	}
}

func TestDepth(t *testing.T) {
	_, root := svg(t, chain(3), Options{})
	var got []string
	for _, card := range root.all("island") {
		for _, badge := range card.all("badge")[:2] {
			got = append(got, badge.named("text")[0].text)
		}
	}
	want := []string{"user", "pid", "user", "pid", "user·2", "pid·2", "user·3", "pid·3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestErrorOfWriterIsReturned(t *testing.T) {
	if SVG(full{}, realistic(5), Options{}) == nil || DOT(full{}, realistic(5)) == nil {
		t.Error("a drawing that could not be written is no error")
	}
}

func BenchmarkSVG(b *testing.B) {
	m := realistic(2000)
	for i := 0; len(m.Processes) < 10000; i++ {
		m.Processes = append(m.Processes, atlas.Process{PID: 50000 + i, Island: m.Islands[i%2000].ID})
	}
	for b.Loop() {
		var out bytes.Buffer
		if err := SVG(&out, m, Options{}); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(out.Len()))
	}
}
